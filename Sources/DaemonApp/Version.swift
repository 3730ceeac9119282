/// What this build calls itself: `circuit-breaker version`, the metrics and the OpenAPI document.
package enum Version {
    package static let current = "0.1.0"
}
