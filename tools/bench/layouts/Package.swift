// swift-tools-version: 6.2
import PackageDescription

// The layouts alone, without the daemon's hundred modules: built in a minute, and measured by layouts.py.
let package = Package(
    name: "layouts",
    targets: [
        .target(name: "GraphLayout", exclude: ["README.md"]),
        .executableTarget(name: "bench", dependencies: ["GraphLayout"]),
    ])
