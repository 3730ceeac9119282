import HTTPKit
import Kernel

struct SettingsRoutes {
    let settings: Settings

    func register(in api: inout API) {
        api.component("Settings", AppSettings.shape)
        let answer = EndpointDetails(answer: .json(.named("Settings")))
        api.get("settings", "Read the settings", needs: .may(.viewSettings), answer) { [settings] _ in
            settings.current
        }
        api.patch("settings", "Change settings", needs: .may(.editSettings), stepUp: .byBody, answer) {
            [settings] (call: Call<AppSettingsPatch>) in
            let revision = try call.expectedRevision().map(Int64.init) ?? call.body.namedRevision
            return try await settings.change(call.body, from: revision, by: call.caller)
        }
    }
}
