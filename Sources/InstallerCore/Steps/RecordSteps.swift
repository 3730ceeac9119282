import HostSystem
import Kernel

/// Notes what will be made before anything is made. What an earlier version laid stays noted until the end.
struct NoteIntentionsStep: Step {
    let planned: InstallationRecord

    var summary: String { "note in \(InstallationRecord.path) what it makes, for a later --purge" }

    func isDone(on machine: any Machine) async throws -> Bool {
        guard let known = try InstallationRecord.read(on: machine) else { return false }
        return known.prefix == planned.prefix && Set(known.files).isSuperset(of: planned.files)
            && Set(known.directories).isSuperset(of: planned.directories)
            && (known.madeAccount || !planned.madeAccount)
    }

    func apply(to machine: any Machine) async throws {
        var record = planned
        if let known = try InstallationRecord.read(on: machine) {
            record.files = Set(record.files).union(known.files).sorted()
            record.directories = Set(record.directories).union(known.directories).sorted()
            record.madeAccount = record.madeAccount || known.madeAccount
            record.follow = known.follow
            record.version = known.version
        }
        try record.write(on: machine)
    }
}

/// Brings the note to what is there now: the version, where to follow renewals, and nothing that is gone.
struct NoteResultStep: Step {
    let planned: InstallationRecord

    var summary: String { "note that version \(planned.version) is complete" }

    func isDone(on machine: any Machine) async throws -> Bool {
        try InstallationRecord.read(on: machine) == planned
    }

    func apply(to machine: any Machine) async throws { try planned.write(on: machine) }
}
