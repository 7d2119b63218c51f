package io.firn.tableview;

/**
 * One queue of the topic.
 *
 * @param broker name of the broker it is on
 * @param id its number there
 */
public record TableQueue(String broker, int id) implements Comparable<TableQueue> {

    @Override
    public int compareTo(TableQueue other) {
        int byBroker = broker.compareTo(other.broker);
        return byBroker != 0 ? byBroker : Integer.compare(id, other.id);
    }

    @Override
    public String toString() {
        return broker + "/" + id;
    }
}
