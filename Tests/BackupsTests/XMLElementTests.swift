import Testing

@testable import Backups

@Suite("XML of an object store")
struct XMLElementTests {
    @Test("a listing is read, with entities and empty elements")
    func listing() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.example.org/doc/"><Name>b</Name><Prefix/>
              <IsTruncated>false</IsTruncated>
              <Contents><Key>a&amp;b &lt;1&gt; &#65;&#x42;</Key><Size>12</Size></Contents>
              <Contents><Key>second</Key><Size>0</Size></Contents>
            </ListBucketResult>
            """

        let root = try #require(XMLElement.parse(text))

        #expect(root.name == "ListBucketResult")
        #expect(root.first("IsTruncated") == "false" && root.first("Prefix") == "")
        #expect(root.all("Contents").map { $0.first("Key") } == ["a&b <1> AB", "second"])
    }

    @Test(
        "what is not such XML is nothing",
        arguments: ["", "hello", "<a>", "<a></b>", "<a", "</a>", "{\"a\": 1}", String(repeating: "<a>", count: 40)])
    func nonsense(_ text: String) {
        #expect(XMLElement.parse(text) == nil)
    }
}
