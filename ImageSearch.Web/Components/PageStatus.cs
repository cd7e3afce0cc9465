namespace ImageSearch.Web.Components;

internal static class PageStatus
{
    /// <summary>Sets the page's status at the last moment: Blazor sends no content where it finds 404 set while it renders.</summary>
    public static void AnswerWith(this HttpContext context, int status) => context.Response.OnStarting(() =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });
}
