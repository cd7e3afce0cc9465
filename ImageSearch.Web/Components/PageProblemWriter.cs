using ImageSearch.Web.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageSearch.Web.Components;

/// <summary>Tells a person whose form was refused before its page had it, on a page: no key, too often, too old.</summary>
internal sealed class PageProblemWriter : IProblemDetailsWriter
{
    // No page can be rendered for a host that there cannot be.
    public bool CanWrite(ProblemDetailsContext context) =>
        HttpMethods.IsPost(context.HttpContext.Request.Method) && SignIn.IsPage(context.HttpContext.Request)
        && HostRequirement.IsHost(context.HttpContext.Request.Host.Value);

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        context.HttpContext.AnswerWith(context.HttpContext.Response.StatusCode);
        await new RazorComponentResult<App>(new { Problem = context.ProblemDetails.Detail }).ExecuteAsync(context.HttpContext);
    }
}
