using Microsoft.AspNetCore.Http;

namespace ImageSearch.ServiceDefaults.Errors;

public static class RequestBodyExtensions
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Takes the rest of a refused body and throws it away, within the body's size limit and a deadline: most clients read the answer only
    /// when they have sent everything, and see a broken connection instead of a reason when the server hangs up before.
    /// </summary>
    public static async Task DrainRequestBodyAsync(this HttpContext context)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(Deadline);
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, deadline.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The answer is what matters, whether or not the client is still there for it.
        }
    }
}
