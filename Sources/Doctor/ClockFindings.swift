import ControlClient
import Glibc
import HostSystem
import Kernel

/// Whether the clock can be believed: certificates, sessions and the history live by it.
struct ClockFindings: DoctorCheck {
    /// A clock that nobody sets is this far off after some weeks.
    private static let tolerance = Duration.seconds(60)

    func examine(_ patient: Patient) async -> [Finding] {
        [await synchronised(patient)] + (await agreement(patient).map { [$0] } ?? [])
    }

    private func synchronised(_ patient: Patient) async -> Finding {
        let mend = "`timedatectl set-ntp true`, or install chrony."
        if let text = await patient.output("timedatectl", ["show", "-p", "NTPSynchronized", "--value"]) {
            return text.hasPrefix("yes")
                ? Finding("clock", .ok, "The clock is synchronised.")
                : Finding("clock", .warn, "The clock is not synchronised with any server.", mend: mend)
        }
        // systemd-timesyncd leaves a mark where a sandbox keeps us from asking it.
        guard (try? patient.machine.exists("/run/systemd/timesync/synchronized")) == true else {
            return Finding(
                "clock", .unknown, "Whether the clock is synchronised cannot be seen: timedatectl does not answer.",
                mend: "Run `cb doctor` as root on a machine with systemd, or look at `chronyc tracking`.")
        }
        return Finding("clock", .ok, "The clock is synchronised.")
    }

    /// The daemon says in every answer what time it has.
    private func agreement(_ patient: Patient) async -> Finding? {
        var client = patient.client
        client.timeLimit = .seconds(10)
        guard let text = try? await client.ask(.get("health")).header("date"), let theirs = HTTPMoment.parse(text)
        else { return nil }
        let apart = theirs - patient.clock.now
        let size = apart < .zero ? .zero - apart : apart
        guard size > Self.tolerance else { return nil }
        return Finding(
            "clock.daemon", .bad,
            "The daemon's clock is \(size.components.seconds) s \(apart < .zero ? "behind" : "ahead of") this "
                + "machine's.",
            mend: "Set the clock (`timedatectl` shows it), then `cb restart`.")
    }
}

/// `Sun, 29 Nov 2026 01:15:32 GMT`
enum HTTPMoment {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func parse(_ text: String) -> Instant? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, let day = Int32(parts[1]), let month = months.firstIndex(of: String(parts[2])),
            let year = Int32(parts[3])
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { Int32($0) }
        guard time.count == 3 else { return nil }
        var broken = tm()
        broken.tm_mday = day
        broken.tm_mon = Int32(month)
        broken.tm_year = year - 1900
        broken.tm_hour = time[0]
        broken.tm_min = time[1]
        broken.tm_sec = time[2]
        return Instant(milliseconds: Int64(timegm(&broken)) * 1000)
    }
}
