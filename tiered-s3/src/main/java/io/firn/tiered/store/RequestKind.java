package io.firn.tiered.store;

/** The requests a store bills for, with the class of price each falls into. */
public enum RequestKind {
    PUT(PriceClass.WRITE),
    GET(PriceClass.READ),
    HEAD(PriceClass.READ),
    LIST(PriceClass.WRITE),
    DELETE(PriceClass.FREE),
    DELETE_BATCH(PriceClass.FREE),
    CREATE_UPLOAD(PriceClass.WRITE),
    UPLOAD_PART(PriceClass.WRITE),
    COMPLETE_UPLOAD(PriceClass.WRITE),
    ABORT_UPLOAD(PriceClass.FREE),
    LIST_UPLOADS(PriceClass.WRITE);

    /** How S3's price list groups requests. */
    public enum PriceClass {
        /** PUT, COPY, POST, LIST. */
        WRITE,
        /** GET, HEAD and all others. */
        READ,
        /** DELETE and aborts. */
        FREE
    }

    private final PriceClass priceClass;

    RequestKind(PriceClass priceClass) {
        this.priceClass = priceClass;
    }

    /** Which price applies. */
    public PriceClass priceClass() {
        return priceClass;
    }
}
