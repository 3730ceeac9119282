import DaemonConfig
import Glibc
import HostSystem

/// Room for the database, in bytes and in files.
struct DiskSpace: DoctorCheck {
    func examine(_ patient: Patient) async -> [Finding] {
        let folder = patient.configuration.data.directory
        var space = statvfs()
        guard patient.machine.isLive, statvfs(folder, &space) == 0 else {
            return [Finding("disk", .unknown, "The space below \(folder) cannot be seen.", mend: "Run this as root.")]
        }
        return Self.findings(
            folder, freeBytes: UInt64(space.f_bavail) * UInt64(space.f_frsize), files: UInt64(space.f_files),
            freeFiles: UInt64(space.f_favail))
    }

    static func findings(_ folder: String, freeBytes: UInt64, files: UInt64, freeFiles: UInt64) -> [Finding] {
        let megabytes = freeBytes >> 20
        let state: Finding.State = megabytes < 64 ? .bad : megabytes < 512 ? .warn : .ok
        let mend = state == .ok ? nil : "Make room on the file system of \(folder)."
        var findings = [Finding("disk", state, "\(megabytes) MB are free for \(folder).", mend: mend)]
        // Some file systems have no fixed number of files, and say 0.
        if files > 0, freeFiles < 1000 || freeFiles * 100 < files {
            findings.append(
                Finding(
                    "disk.files", freeFiles < 100 ? .bad : .warn, "Only \(freeFiles) more files fit for \(folder).",
                    mend: "Remove many small files from its file system."))
        }
        return findings
    }
}
