import Foundation

/// The fonts of this machine that names in other scripts are drawn with. Debian's packages lay them where they are looked
/// for; without any, such names are drawn as dots.
struct FontShelf: Sendable {
    /// Where they lie on Debian, Fedora and Arch. The first that has a letter draws it: those that look like Helvetica,
    /// then those that know more scripts.
    static let places = [
        "/usr/share/fonts/truetype/liberation2/LiberationSans-Regular.ttf",
        "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
        "/usr/share/fonts/liberation-sans/LiberationSans-Regular.ttf",
        "/usr/share/fonts/liberation/LiberationSans-Regular.ttf",
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
        "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
        "/usr/share/fonts/TTF/DejaVuSans.ttf",
        "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
        "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
        "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
        "/usr/share/fonts/truetype/unifont/unifont.ttf",
    ]
    /// Some hold all of Chinese, Japanese and Korean; nothing sensible is larger.
    private static let largest = 64 << 20

    var places = FontShelf.places

    /// In the order of the places. A file is mapped, not read: only the pages with the letters that are used are.
    func fonts() -> [TrueTypeFont] {
        places.compactMap { place in
            guard let size = (try? FileManager.default.attributesOfItem(atPath: place))?[.size] as? Int,
                size <= Self.largest,
                // A font that cannot be read is one that is not there.
                let data = try? Data(contentsOf: URL(filePath: place), options: .mappedIfSafe)
            else { return nil }
            return TrueTypeFont(data)
        }
    }
}
