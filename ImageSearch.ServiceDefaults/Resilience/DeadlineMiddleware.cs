using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.ServiceDefaults.Resilience;

/// <summary>
/// Cancels a request when the time is up that its <see cref="Deadline.Header"/> gives it, and says so where nothing has been answered yet.
/// </summary>
internal sealed class DeadlineMiddleware(RequestDelegate next, TimeProvider clock)
{
    public Task InvokeAsync(HttpContext context)
    {
        var header = context.Request.Headers[Deadline.Header];
        return header.Count == 0 ? next(context)
            : Deadline.TryParse(header.ToString(), out var time) ? LimitAsync(context, time)
            : RefuseAsync(context);
    }

    private async Task LimitAsync(HttpContext context, TimeSpan time)
    {
        var hungUp = context.RequestAborted;
        using var expiry = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(hungUp, expiry.Token);
        var deadline = Deadline.Current = new Deadline(time, clock);
        await using var over = expiry.Token.UnsafeRegister(static state => ((Deadline)state!).IsOver = true, deadline); // before either's: the last comes first
        context.RequestAborted = either.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (expiry.IsCancellationRequested && !hungUp.IsCancellationRequested && !context.Response.HasStarted)
        {
            context.RequestAborted = hungUp;
            context.Response.Clear();
            await ProblemFilter.Answer(context, deadline.Exceeded()).ExecuteAsync(context);
        }
        finally
        {
            context.RequestAborted = hungUp;
        }
    }

    private static Task RefuseAsync(HttpContext context)
    {
        var sentence = $"{Deadline.Header} must be a whole number of milliseconds from 1 to {Deadline.Longest.TotalMilliseconds}.";
        return Problems.Create(
            StatusCodes.Status400BadRequest,
            "invalid-parameters",
            sentence,
            new Dictionary<string, object?> { ["errors"] = new Dictionary<string, string[]> { [Deadline.Header] = [sentence] } }).ExecuteAsync(context);
    }
}
