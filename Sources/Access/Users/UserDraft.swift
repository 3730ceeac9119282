import HTTPKit
import Kernel

/// What an administrator may set of a new person.
struct UserDraft: JSONBody {
    var email: String
    var displayName: String
    var role: Role
    var password: Secret<String>
    var forcePasswordChange: Bool?

    func validated() throws(AppError) -> UserDraft {
        var draft = self
        var problems: [String: String] = [:]
        draft.email = email.trimmed
        draft.displayName = displayName.trimmed
        AccountRules.check(email: draft.email, &problems)
        AccountRules.check(displayName: draft.displayName, &problems)
        problems["password"] = PasswordRules.problem(password, about: [draft.email, draft.displayName])
        guard problems.isEmpty else { throw AppError(.invalid, "The account has errors.", fields: problems) }
        return draft
    }
}

/// What an administrator may change of a person.
struct UserPatch: JSONBody {
    var email: Change<String>
    var displayName: Change<String>
    var role: Change<Role>
    var active: Change<Bool>
    var forcePasswordChange: Change<Bool>

    func applied(to user: User) throws(AppError) -> User {
        var changed = user
        changed.email = email.applied(to: user.email).trimmed
        changed.displayName = displayName.applied(to: user.displayName).trimmed
        changed.role = role.applied(to: user.role)
        changed.isActive = active.applied(to: user.isActive)
        changed.mustChangePassword = forcePasswordChange.applied(to: user.mustChangePassword)
        var problems: [String: String] = [:]
        AccountRules.check(email: changed.email, &problems)
        AccountRules.check(displayName: changed.displayName, &problems)
        guard problems.isEmpty else { throw AppError(.invalid, "The account has errors.", fields: problems) }
        return changed
    }
}

/// What people may change of themselves.
struct ProfilePatch: JSONBody {
    var displayName: Change<String>
    var photo: Change<String?>
    var theme: Change<String?>
    var font: Change<String?>
    var language: Change<String?>
    var timezone: Change<String?>

    func applied(to user: User) throws(AppError) -> User {
        var changed = user
        changed.displayName = displayName.applied(to: user.displayName).trimmed
        changed.theme = Self.tidied(theme.applied(to: user.theme))
        changed.font = Self.tidied(font.applied(to: user.font))
        changed.language = Self.tidied(language.applied(to: user.language))
        changed.timezone = Self.tidied(timezone.applied(to: user.timezone))
        var problems: [String: String] = [:]
        AccountRules.check(displayName: changed.displayName, &problems)
        switch Self.tidied(photo.applied(to: user.photo?.word)) {
        case nil: changed.photo = nil
        case "gravatar": changed.photo = .gravatar
        case user.photo?.word: break
        default: problems["photo"] = "Use “gravatar” or nothing; a picture of your own is sent to /api/v1/me/photo."
        }
        // What was stored before and is not known any more stays until somebody chooses another.
        if let theme = changed.theme, theme != user.theme { problems["theme"] = Look.problem(theme: theme) }
        if let font = changed.font, font != user.font { problems["font"] = Look.problem(font: font) }
        if let language = changed.language, !AccountRules.languages.contains(language) {
            problems["language"] = "Choose one of \(AccountRules.languages.joined(separator: ", "))."
        }
        if let timezone = changed.timezone, timezone != user.timezone {
            problems["timezone"] = Look.problem(timezone: timezone)
        }
        guard problems.isEmpty else { throw AppError(.invalid, "The profile has errors.", fields: problems) }
        return changed
    }

    /// An empty field of a form means nothing was chosen.
    private static func tidied(_ text: String?) -> String? {
        text.map(\.trimmed).flatMap { $0.isEmpty ? nil : $0 }
    }
}

struct PasswordChange: JSONBody {
    var current: Secret<String>
    var new: Secret<String>
}

struct NewPassword: JSONBody {
    var password: Secret<String>
}

enum AccountRules {
    static let languages = ["en", "es", "fr", "de", "zh", "ja"]

    static func check(email: String, _ problems: inout [String: String]) {
        if !email.isEmailAddress { problems["email"] = "Give an e-mail address such as ada@example.org." }
    }

    static func check(displayName: String, _ problems: inout [String: String]) {
        if !(1...120).contains(displayName.count) || displayName.utf8.count > 480 || displayName.hasControl {
            problems["display_name"] = "Give a name of 1 to 120 characters."
        }
    }
}
