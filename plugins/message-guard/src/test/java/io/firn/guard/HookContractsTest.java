package io.firn.guard;

import io.firn.spi.fake.FakeMetrics;
import io.firn.spi.fake.FakePutMessage;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.tck.PutHookContract;
import io.firn.spi.topic.QueueRef;
import org.junit.jupiter.api.Nested;

/** What the broker relies on in put hooks, for each way to use the plugin. */
final class HookContractsTest {

    private static RulesHook rules(String rules) {
        return new RulesHook(Books.of(rules, new FakeMetrics()));
    }

    @Nested
    final class RulesThatReject extends PutHookContract {
        @Override
        protected PutMessageHook hook() {
            return rules("contract require=KEYS max-body=1KiB");
        }
    }

    @Nested
    final class RulesThatTag extends PutHookContract {
        @Override
        protected PutMessageHook hook() {
            return rules("contract require=KEYS max-body=1KiB on-breach=tag");
        }
    }

    @Nested
    final class RulesForOtherTopics extends PutHookContract {
        @Override
        protected PutMessageHook hook() {
            return rules("other max-body=1");
        }
    }

    @Nested
    final class RulesWithASchema extends PutHookContract {
        @Override
        protected PutMessageHook hook() {
            return rules("contract schema=order-1.json");
        }

        @Override
        protected FakePutMessage accepted() {
            return new FakePutMessage(new QueueRef("contract", 0)).withBody("{\"id\":\"a\",\"amount\":1}");
        }

        @Override
        protected boolean allocatesNothing() {
            return false;
        }
    }

    @Nested
    final class Rates extends PutHookContract {
        @Override
        protected PutMessageHook hook() {
            return new RateHook(
                    Books.of("contract rate=10000000/s burst=99999999", new FakeMetrics()), System::nanoTime);
        }
    }
}
