#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

enum Trigonometry {
    static func sine(_ angle: Double) -> Double { sin(angle) }
    static func cosine(_ angle: Double) -> Double { cos(angle) }
    static func arcCosine(_ part: Double) -> Double { acos(part) }
    static func arcTangent(_ y: Double, _ x: Double) -> Double { atan2(y, x) }

    static func point(_ angle: Double, _ radius: Double) -> LayoutPoint {
        LayoutPoint(x: radius * cos(angle), y: radius * sin(angle))
    }
}
