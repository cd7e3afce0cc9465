using System.Net;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Search;

/// <summary>Where no model knows words.</summary>
public sealed class SearchWithoutWordsTests : ApiTest
{
    [Fact]
    public async Task Search_ByWords_SaysThatNoModelKnowsThem_AndThePageDoesNotAskForAny()
    {
        var problem = await ProblemAsync(await Http.GetAsync("/api/v1/search?text=dog", Token), HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.Contains("No model here can be searched by words", (string)problem["errors"]!["text"]![0]!, StringComparison.Ordinal);
        Assert.DoesNotContain("words-form", await Http.GetStringAsync("/", Token), StringComparison.Ordinal);
    }
}
