#pragma once

#include <memory>
#include <string>

#include "component/engine.h"
#include "engine/spark/spark_driver.h"

namespace rhumb {

/// An engine that makes the files of queries (`write(sql, ...)`) on Spark. Everything else is
/// `inner`'s, which must be able to read the folders that are written to and what the datasets'
/// files lie in. Several engines may share a driver. `zone` is the IANA name of the time zone of
/// `inner`.
///
/// Besides what the driver returns: kNotSupported for `partition_by`, for an input to name, and for
/// columns of types that Spark does not have.
[[nodiscard]] std::unique_ptr<Engine> make_spark_engine(std::unique_ptr<Engine> inner,
                                                        std::shared_ptr<SparkDriver> driver,
                                                        std::string zone);

}  // namespace rhumb
