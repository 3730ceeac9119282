import HTTPKit
import Testing

@Suite("The query of an address")
struct QueryItemsTests {
    @Test(
        "it is decoded as browsers encode it",
        arguments: [
            ("q=a+b", "a b"), ("q=a%20b", "a b"), ("q=a%2Bb", "a+b"), ("q=gr%C3%BC%C3%9Fe", "grüße"), ("q=", ""),
            ("q", ""),
            ("x=1&q=2&q=3", "2"), ("q=a=b", "a=b"), ("q=%", "%"), ("q=%2", "%2"), ("q=%zz", "%zz"),
            ("q=%FF", "\u{FFFD}"),
            ("%71=named", "named"), ("&&q=1&", "1"), ("q=%00", "\0"),
        ])
    func decodes(text: String, value: String) {
        #expect(QueryItems(text)["q"] == value)
    }

    @Test("what is not there is nil, and the order is kept")
    func order() {
        let items = QueryItems("b=1&a=2&b=3")

        #expect(items["c"] == nil)
        #expect(items.all.map { $0.name + $0.value } == ["b1", "a2", "b3"])
        #expect(QueryItems("").all.isEmpty)
    }
}
