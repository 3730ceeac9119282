import HTTPKit
import HTTPTypes
import Kernel
import NIOCore

struct MetricsRoutes {
    let metrics: Metrics

    func register(in api: inout API) {
        api.get(
            "metrics", "Read the daemon's numbers as Prometheus text", needs: .may(.viewMetrics),
            .init(answer: .bytes("text/plain"))
        ) { [metrics] _ in
            Reply(
                ByteBuffer(bytes: await metrics.text()), contentType: Metrics.contentType,
                headers: [.cacheControl: "no-store"])
        }
    }
}
