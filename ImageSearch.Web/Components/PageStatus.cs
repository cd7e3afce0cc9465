using ImageSearch.Core;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Components;

internal static class PageStatus
{
    /// <summary>What a page says when it needs the store of records and a server of it is away.</summary>
    public const string StoreIsAway =
        "The collection cannot be read right now. Nothing is lost: try again in a moment. Searching by a file works.";

    /// <summary>Sets the page's status at the last moment: Blazor sends no content where it finds 404 set while it renders.</summary>
    public static void AnswerWith(this HttpContext context, int status) => context.Response.OnStarting(() =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    /// <summary>Reads or does what a page is for. The page's status says what became of it.</summary>
    /// <returns>What to tell the person when it failed; null when it did not.</returns>
    public static async Task<string?> AttemptAsync(this HttpContext context, Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (ProblemException e)
        {
            context.AnswerWith(e.Status);
            return e.Message;
        }
        catch (BackendUnavailableException)
        {
            context.AnswerWith(StatusCodes.Status503ServiceUnavailable);
            return StoreIsAway;
        }
    }
}
