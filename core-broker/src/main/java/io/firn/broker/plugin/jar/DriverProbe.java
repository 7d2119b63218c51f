package io.firn.broker.plugin.jar;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Takes back the JDBC drivers of one plugin: defined anew in the plugin's class loader, because {@link DriverManager} shows
 * drivers only to callers that see their classes. Refers to the JDK alone. One thread, one use.
 */
final class DriverProbe implements Supplier<List<String>> {

    /** The class of each driver that was still registered. */
    @Override
    public List<String> get() {
        List<String> found = new ArrayList<>();
        ClassLoader own = DriverProbe.class.getClassLoader();
        for (Enumeration<Driver> drivers = DriverManager.getDrivers(); drivers.hasMoreElements(); ) {
            Driver driver = drivers.nextElement();
            if (own.equals(driver.getClass().getClassLoader())) {
                try {
                    DriverManager.deregisterDriver(driver);
                    found.add(driver.getClass().getName());
                } catch (SQLException e) {
                    found.add(driver.getClass().getName() + ", which can not be taken back: " + e.getMessage());
                }
            }
        }
        return found;
    }
}
