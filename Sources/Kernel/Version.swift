/// What this build calls itself, in all three programs: `version`, the metrics, the OpenAPI document and the packages,
/// which read the number from this file.
package enum Version {
    package static let current = "0.1.0"
}
