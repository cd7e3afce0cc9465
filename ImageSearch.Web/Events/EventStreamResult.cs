using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Events;

/// <summary>An answer that goes on while its source has something to tell.</summary>
internal sealed class EventStreamResult(EventStreams streams, IEventSource source) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        try
        {
            await streams.RunAsync(httpContext, source);
        }
        catch (ProblemException e) when (!httpContext.Response.HasStarted)
        {
            await ProblemFilter.Answer(httpContext, e).ExecuteAsync(httpContext);
        }
    }
}
