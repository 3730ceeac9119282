import Testing

@Suite("Reading Swift for the house rules")
struct SwiftTextTests {
    @Test("comments and strings are blanked, code and line breaks stay")
    func blanking() {
        let text = #"let a = "try! \(b["x"]) } {" // try!"# + "\n/* print( \n */ let c = try! d"

        let code = SwiftText.code(of: text)

        #expect(code.split(separator: "\n").count == 3)
        #expect(!code.contains("print("))
        #expect(code.hasSuffix("let c = try! d"))
        #expect(!code.split(separator: "\n")[0].contains("try!"))
        #expect(!code.contains("{"))
    }

    @Test("a multi-line string with quotes and braces does not end early")
    func multiLineStrings() {
        let text = "let sql = \"\"\"\n    SELECT \"a\" { \\(b(\"c\")) }\n    \"\"\"\nfunc f() {\n}\n"

        let functions = SwiftText.functions(in: SwiftText.code(of: text))

        #expect(functions == [.init(name: "f", line: 4, length: 2)])
    }

    @Test("functions are measured to their closing brace, requirements are not functions")
    func functionLengths() {
        let text = """
            protocol P {
                func required(_ a: Int) throws -> [Int]
                func other()
            }
            struct S {
                init(a: Int = { 3 }()) {
                    self.a = a
                }
                func long(
                    a: Int
                ) -> (Int) -> Int {
                    if a > 1 { return { $0 } }
                    return S.init(a: 1).apply
                }
            }
            """

        let functions = SwiftText.functions(in: SwiftText.code(of: text))

        #expect(
            functions == [
                .init(name: "init", line: 6, length: 3),
                .init(name: "long", line: 9, length: 6),
            ])
    }
}
