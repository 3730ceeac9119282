import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// What a store's answer, or the lack of one, means for the person who set the target up.
enum S3Failure {
    static func failure(status: Int, text: String, place: S3Place) -> TargetFailure {
        let code = XMLElement.parse(text)?.first("Code") ?? ""
        switch (code, status) {
        case ("InvalidAccessKeyId", _):
            return TargetFailure(.wrongKey, "The store does not know the access key “\(place.keyID)”. Check the key.")
        case ("SignatureDoesNotMatch", _):
            return TargetFailure(
                .wrongSecret, "The secret does not belong to the access key “\(place.keyID)”. Enter it again.")
        case ("NoSuchBucket", _):
            return TargetFailure(
                .noBucket, "There is no bucket “\(place.bucket)” at \(place.endpoint). Make it, or check its name.")
        case ("NoSuchKey", _):
            return TargetFailure(.missing, "The store does not hold this backup any more.")
        case ("RequestTimeTooSkewed", _), ("RequestExpired", _):
            return TargetFailure(
                .clock, "The store refuses because its clock and this machine's differ too much. Set the clock.")
        case ("AuthorizationHeaderMalformed", _), ("PermanentRedirect", _), ("IllegalLocationConstraintException", _),
            (_, 301), (_, 307):
            let region = XMLElement.parse(text)?.first("Region").map { " It is in “\($0)”." } ?? ""
            return TargetFailure(
                .wrongRegion, "The bucket “\(place.bucket)” is not in the region “\(place.region)”.\(region)")
        case ("EntityTooLarge", _), ("QuotaExceeded", _), ("XMinioStorageFull", _), (_, 507):
            return TargetFailure(.full, "The store has no room for this backup. Make room, or keep fewer backups.")
        case ("AccessDenied", _), (_, 401), (_, 403):
            return TargetFailure(
                .refused,
                "The store does not let the key “\(place.keyID)” do this in the bucket “\(place.bucket)”. It needs to "
                    + "list, read, write and delete there.")
        case (_, 500...), ("SlowDown", _), (_, 408), (_, 429):
            return TargetFailure(
                .serverTrouble,
                "The store at \(place.endpoint) is in trouble (\(label(code, status))). Try again later.")
        case ("", 404):
            return TargetFailure(
                .notS3, "What answers at \(place.endpoint) is not an S3-compatible store. Check the address.")
        default:
            return TargetFailure(.serverTrouble, "The store refused the request (\(label(code, status))).")
        }
    }

    private static func label(_ code: String, _ status: Int) -> String {
        let known = code.prefix(60).filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return known.isEmpty ? "status \(status)" : "\(known), status \(status)"
    }

    static func failure(_ error: any Error, place: S3Place) -> TargetFailure {
        switch error {
        case is CancellationError:
            return .cancelled
        case let error as HTTPClientError where error == .cancelled:
            return .cancelled
        case let error as HTTPClientError where error == .connectTimeout:
            return unreachable(place, "does not answer")
        case let error as HTTPClientError
        where error == .readTimeout || error == .writeTimeout || error == .deadlineExceeded:
            return TargetFailure(
                .slow, "The store at \(place.endpoint) took too long in the middle of it. Try again later.")
        case let error as NIOConnectionError:
            guard error.dnsAError == nil || error.dnsAAAAError == nil || !error.connectionErrors.isEmpty else {
                return TargetFailure(
                    .nameUnknown, "The name of \(place.endpoint) is not known. Check the address and the DNS.")
            }
            return unreachable(place, "does not take a connection")
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return unreachable(place, "does not take a connection")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return untrusted(place)
        case is NIOTooManyBytesError:
            return TargetFailure(.notS3, "What answers at \(place.endpoint) is not an S3-compatible store.")
        default:
            return TargetFailure(
                .cutOff, "The connection to \(place.endpoint) broke off. What was begun there is not used.")
        }
    }

    private static func unreachable(_ place: S3Place, _ what: String) -> TargetFailure {
        TargetFailure(
            .unreachable, "The store at \(place.endpoint) \(what). Is it running, and is the way there open?")
    }

    private static func untrusted(_ place: S3Place) -> TargetFailure {
        TargetFailure(
            .untrusted,
            "The certificate of \(place.endpoint) is not trusted here, or it does not speak TLS. Give the certificate "
                + "authority that signed it, in PEM.")
    }
}
