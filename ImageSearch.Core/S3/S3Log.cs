using Microsoft.Extensions.Logging;

namespace ImageSearch.Core.S3;

internal static partial class S3Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Created {Bucket}.")]
    public static partial void BucketCreated(ILogger logger, string bucket);
}
