using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;

namespace ImageSearch.Core.S3;

/// <summary>Says in a sentence what went wrong between us and the bucket.</summary>
internal static class S3Problems
{
    public const string NoSuchBucket = "NoSuchBucket";

    public static S3BlobStoreException Describe(Exception e, S3Options options)
    {
        var who = options.AccessKey is null ? "the credentials of the environment" : $"key id '{options.AccessKey}'";
        var message = e switch
        {
            AmazonS3Exception { ErrorCode: NoSuchBucket } => options.CreateBucket
                ? $"There is no {options.Where}."
                : $"There is no {options.Where} and it may not be created: create it, or set CreateBucket=true.",
            AmazonS3Exception { ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidSecurity" or "InvalidToken" or "ExpiredToken" } s3 =>
                $"Access to {options.Where} is denied for {who} ({s3.ErrorCode}): give the right AccessKey and SecretKey.",
            AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden } s3 =>
                $"Access to {options.Where} is denied for {who} ({Code(s3)}): it needs to list the bucket and to get, put and delete its objects.",
            AmazonS3Exception { StatusCode: HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect } =>
                $"The {options.Where} is in another region: set Region to it.",
            AmazonS3Exception { ErrorCode: "BucketAlreadyExists" } => $"The {options.Where} belongs to somebody else: choose another name.",
            AmazonS3Exception { StatusCode: > 0 } s3 => $"The {options.Where} answered {(int)s3.StatusCode} ({Code(s3)}).",
            _ when Find<SocketException>(e) is { } socket =>
                $"The {options.Where} cannot be reached ({socket.SocketErrorCode}): is the server up and the endpoint right?",
            _ when Find<HttpRequestException>(e) is { } http => $"The connection to {options.Where} failed ({http.HttpRequestError}).",
            _ when Find<OperationCanceledException>(e) is not null || Find<TimeoutException>(e) is not null => TimedOut(options),
            AmazonClientException when options.AccessKey is null =>
                $"No credentials for {options.Where} were found: give AccessKey and SecretKey, or set up the SDK's own (environment, profile, role).",
            _ => $"The call to {options.Where} failed ({e.GetType().Name}).",
        };
        return new S3BlobStoreException(message, e);
    }

    public static string TimedOut(S3Options options) => $"The {options.Where} did not answer within {options.Timeout.TotalSeconds:0} s.";

    /// <summary>What the SDK and HTTP throw; anything else is a mistake of ours and stays what it is.</summary>
    public static bool IsProblem(Exception e) => e is AmazonServiceException or AmazonClientException or HttpRequestException or SocketException or IOException or OperationCanceledException or TimeoutException;

    private static string Code(AmazonServiceException e) => e.ErrorCode is { Length: > 0 } code ? code : e.StatusCode.ToString();

    private static T? Find<T>(Exception? e) where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
            {
                return found;
            }
        }

        return null;
    }
}
