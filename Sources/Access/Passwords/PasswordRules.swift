import Kernel

/// What a new password must be. Length counts, not kinds of characters (NIST SP 800-63B section 5.1.1.2).
enum PasswordRules {
    static let length = 10...256

    /// Why the password is refused, or nil when it is good. `about` are texts it may not simply repeat.
    static func problem(_ password: Secret<String>, about: [String]) -> String? {
        let text = password.reveal()
        if text.count < length.lowerBound { return "Use at least \(length.lowerBound) characters." }
        if text.utf8.count > length.upperBound { return "Use at most \(length.upperBound) bytes." }
        if text.hasControl { return "Leave out tabs, line ends and other control characters." }
        if Set(text).count < 4 { return "Use more than three different characters." }
        let plain = text.lowercased()
        if isRun(plain) { return "This is a row of neighbouring characters; everybody tries it." }
        let core = plain.filter { $0.isLetter }
        if common.contains(plain) || common.contains(core) && plain.count < 14 {
            return "This password is on every list of common ones."
        }
        let own = about.flatMap { [$0.lowercased(), String($0.lowercased().prefix { $0 != "@" })] }
        if own.contains(where: { $0.count >= 4 && (plain == $0 || plain.filter(\.isLetter) == $0.filter(\.isLetter)) })
        {
            return "Do not use your name or e-mail address."
        }
        return nil
    }

    /// `1234567890`, `abcdefghij` and the rows of a keyboard, in either direction.
    private static func isRun(_ text: String) -> Bool {
        let rows = [
            "01234567890", "1234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm",
            "qwertzuiopasdfghjklyxcvbnm",
        ]
        return rows.contains { row in
            let twice = row + row
            return twice.contains(text) || String(twice.reversed()).contains(text)
        }
    }

    private static let common: Set<String> = [
        "password", "passwort", "passwords", "password1", "changeme", "changemenow", "letmein", "letmeinnow",
        "iloveyou",
        "welcome", "welcomehome", "administrator", "administrador", "adminadmin", "rootroot", "homelab",
        "circuitbreaker",
        "supersecret", "supersecretpassword", "mypassword", "newpassword", "secretpassword", "passwordpassword",
        "qwerty",
        "qwertyuiop", "trustno", "sunshine", "princess", "football", "baseball", "superman", "batmanbatman",
        "monkeymonkey",
        "dragondragon", "defaultpassword", "temppassword", "proxmox", "raspberry", "ubnt", "cisco", "motdepasse",
        "contrasena", "correcthorsebatterystaple",
    ]
}
