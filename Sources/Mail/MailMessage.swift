import Kernel

/// One message to one person. Everything in it has been checked, so rendering cannot fail and no text can become a
/// header of its own.
package struct MailMessage: Sendable {
    package enum Problem: Error, Sendable, Equatable {
        case badSubject, tooLarge

        package var sentence: String {
            switch self {
            case .badSubject: "A subject has 1 to 200 characters and no line ends or other control characters."
            case .tooLarge: "A message may have at most \(MailMessage.largest / 1024) KiB."
            }
        }
    }

    /// Of text and HTML together. What the daemon writes has a few KiB.
    package static let largest = 256 << 10

    package let from: MailAddress
    package let to: MailAddress
    package let subject: String
    package let text: String
    package let html: String?

    package init(
        from: MailAddress, to: MailAddress, subject: String, text: String, html: String? = nil
    ) throws(Problem) {
        guard (1...200).contains(subject.count), subject.utf8.count <= 800, !subject.hasLineControl else {
            throw .badSubject
        }
        guard text.utf8.count + (html?.utf8.count ?? 0) <= Self.largest else { throw .tooLarge }
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
    }

    /// The bytes to send, with CRLF line ends. `id` is unique, made of letters and digits: it becomes the Message-ID and
    /// stays the same when the message is tried again, so that a receiver recognises the double.
    package func rendered(id: String, at moment: Instant) -> [UInt8] {
        precondition(!id.isEmpty && id.utf8.allSatisfy(HostName.isLetterOrDigit), "a message id is letters and digits")
        var out = HeaderText.address("From", from)
        out += HeaderText.address("To", to)
        out += HeaderText.unstructured("Subject", subject)
        out += "Date: \(MailDate.text(moment))\r\n"
        out += "Message-ID: <\(id)@\(from.domain)>\r\n"
        // Asks holiday notices and the like to stay silent (RFC 3834 section 5).
        out += "Auto-Submitted: auto-generated\r\n"
        out += "MIME-Version: 1.0\r\n"
        if let html {
            // No line of quoted-printable text can hold it: “=” is always followed by two digits or the line's end.
            let boundary = "=_\(id)"
            out += "Content-Type: multipart/alternative; boundary=\"\(boundary)\"\r\n\r\n"
            out += "--\(boundary)\r\n" + Self.part("text/plain", text)
            out += "--\(boundary)\r\n" + Self.part("text/html", html)
            out += "--\(boundary)--\r\n"
        } else {
            out += Self.part("text/plain", text)
        }
        return Array(out.utf8)
    }

    private static func part(_ type: String, _ text: String) -> String {
        "Content-Type: \(type); charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            + QuotedPrintable.text(text)
    }
}

/// `Wed, 25 Nov 2026 19:43:37 +0000` (RFC 5322 section 3.3).
enum MailDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func text(_ moment: Instant) -> String {
        let seconds = moment.milliseconds.flooredDivision(by: 1000)
        let day = seconds.flooredDivision(by: 86_400)
        let second = Int(seconds - day * 86_400)
        let (year, month, date) = civil(day)
        let weekday = days[Int(day - day.flooredDivision(by: 7) * 7)]
        let clock = [second / 3600, second / 60 % 60, second % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(weekday), \(date) \(months[month - 1]) \(year) \(clock.joined(separator: ":")) +0000"
    }

    /// The Gregorian date of a number of days since 1970-01-01, by whole eras of 400 years that begin in March.
    private static func civil(_ day: Int64) -> (year: Int64, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = Int(part < 10 ? part + 3 : part - 9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, Int(dayOfYear - (153 * part + 2) / 5 + 1))
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
    }
}
