package io.firn.broker.wire.body;

/** Reply to 315: one statistic over three spans of time. */
public record BrokerStatsBody(StatsWindow statsMinute, StatsWindow statsHour, StatsWindow statsDay) {
    public BrokerStatsBody {
        statsMinute = Absent.or(statsMinute, StatsWindow.NONE);
        statsHour = Absent.or(statsHour, StatsWindow.NONE);
        statsDay = Absent.or(statsDay, StatsWindow.NONE);
    }
}
