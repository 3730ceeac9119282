extension SQL {
    /// Text of the program's own making: the name of a table or a column out of a field table. Never anything that came
    /// from outside; that is bound by interpolation.
    package static func trusted(_ text: String) -> SQL { SQL(stringLiteral: text) }
}
