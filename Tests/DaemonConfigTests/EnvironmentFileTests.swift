import Testing

@testable import DaemonConfig

@Suite("Environment file")
struct EnvironmentFileTests {
    private func read(_ text: String) -> EnvironmentFile {
        EnvironmentFile(Array(text.utf8), path: "env")
    }

    @Test(
        "a value is read with or without quotes",
        arguments: [
            ("A=b", "b"), ("A=", ""), (" A = ", nil), ("A= b ", "b"), ("A='b # c'", "b # c"),
            ("A=\"b \\\" \\\\ c\"", "b \" \\ c"),
            ("export A=b", "b"), ("A=b=c", "b=c"), ("A='x' # note", "x"), ("A=\"\\n\"", "\\n"), ("A=b#c", "b#c"),
        ])
    func reads(_ line: String, _ value: String?) {
        #expect(read(line).variables.first?.text == value)
    }

    @Test(
        "a line that could be read in two ways is refused with its number",
        arguments: [
            ("A", "This line has no \"=\"; write NAME=VALUE, or # in front of a comment."),
            ("1A=x", "What stands before \"=\" is not a name; write NAME=VALUE without blanks around \"=\"."),
            (
                "A=b # c",
                "A # follows the value of A; put the comment in a line of its own, or the whole value in quotes."
            ),
            ("A='b", "The quote of A is not closed in this line."),
            ("A=\"b\\", "The quote of A is not closed in this line."),
            ("A='b'c", "Text follows the closing quote of A; end the line there."),
            ("A=b\\", "The value of A goes on in the next line; write it in one line."),
        ])
    func refuses(_ line: String, _ sentence: String) {
        #expect(read("# first\n\n; third\n\(line)").problems.map(\.description) == ["env:4: \(sentence)"])
    }

    @Test("a variable set twice is refused")
    func refusesTwice() {
        #expect(read("A=1\nA=2").problems.first?.message == "A is set twice, first in line 1; keep one of them.")
    }

    @Test("line ends of other systems are fine")
    func readsCarriageReturns() {
        #expect(read("A=1\r\nB=2\r\n").variables.map(\.text) == ["1", "2"])
    }
}
