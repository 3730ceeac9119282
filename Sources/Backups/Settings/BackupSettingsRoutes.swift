import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

struct PassphraseBody: JSONBody {
    var passphrase: Secret<String>
}

struct BackupSettingsRoutes: Sendable {
    let targets: BackupTargets

    func register(in api: inout API) {
        let settings = BodyShape.json(.named("BackupSettings"))
        api.get(
            "backups/settings", "When backups are made and which are kept", needs: .may(.manageBackups),
            .init(answer: settings)
        ) { _ in try await targets.settings() }
        api.patch(
            "backups/settings", "Change when backups are made and which are kept", needs: .may(.manageBackups),
            stepUp: .recent, .init(answer: settings, bodyLimit: 16 << 10)
        ) { (call: Call<BackupSettingsPatch>) in
            try await targets.change(call.body, expecting: call.expectedRevision(), by: call.caller)
        }
        api.put(
            "backups/passphrase", "Set the passphrase that later backups are sealed with", needs: .may(.manageBackups),
            stepUp: .recent, .init(answer: settings, bodyLimit: 16 << 10)
        ) { (call: Call<PassphraseBody>) in
            try await targets.setPassphrase(call.body.passphrase, by: call.caller)
        }
        api.post(
            "backups/sheet", "The secrets for a printed emergency sheet", needs: .may(.manageBackups), stepUp: .recent,
            .init(answer: .json(BackupSheet.shape), status: .ok)
        ) { (call: Call<Nothing>) in try await targets.sheet(by: call.caller) }
        registerTargets(in: &api)
    }

    private func registerTargets(in api: inout API) {
        let target = BodyShape.json(.named("BackupTarget"))
        api.get(
            "backups/targets", "Where backups go", needs: .may(.manageBackups),
            .init(answer: .json(.page(of: .named("BackupTarget"))))
        ) { _ in Listing(items: try await targets.list()) }
        api.post(
            "backups/targets", "Add a place where backups go", needs: .may(.manageBackups), stepUp: .recent,
            .init(answer: target, bodyLimit: 128 << 10)
        ) { (call: Call<BackupPlaceDraft>) in try await targets.create(call.body, by: call.caller) }
        api.patch(
            "backups/targets/:id", "Change a place where backups go", needs: .may(.manageBackups), stepUp: .recent,
            .init(answer: target, bodyLimit: 128 << 10)
        ) { (call: Call<BackupPlacePatch>) in
            try await targets.change(
                call.path("id"), call.body, expecting: call.expectedRevision(), by: call.caller)
        }
        api.delete(
            "backups/targets/:id", "Forget a place where backups go; what lies there stays",
            needs: .may(.manageBackups),
            stepUp: .recent
        ) { call in try await targets.delete(call.path("id"), by: call.caller) }
        api.post(
            "backups/targets/:id/test", "Write, read and delete a small file there", needs: .may(.manageBackups),
            .init(status: .ok)
        ) { (call: Call<Nothing>) in try await targets.test(call.path("id"), by: call.caller) }
    }
}

/// What opens the backups where this machine is gone. Only on a printed sheet that is locked away.
struct BackupSheet: JSONAnswer {
    let keyID: String
    let key: Secret<String>
    let secrets: [(target: String, keyID: String, secret: Secret<String>)]

    static let shape: JSONShape = .object([
        .init(name: "key_id", shape: .string, isRequired: true),
        .init(name: "key", shape: .string, isRequired: true, summary: "Opens the backups without the passphrase."),
        .init(
            name: "targets",
            shape: .array(
                .object([
                    .init(name: "target", shape: .string, isRequired: true),
                    .init(name: "key_id", shape: .string, isRequired: true),
                    .init(name: "secret", shape: .string, isRequired: true),
                ])), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("key_id", keyID)
        writer.member("key", key.reveal())
        writer.name("targets")
        writer.beginArray()
        for one in secrets {
            writer.beginObject()
            writer.member("target", one.target)
            writer.member("key_id", one.keyID)
            writer.member("secret", one.secret.reveal())
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }

    func reply() -> Reply { unkept() }
}
