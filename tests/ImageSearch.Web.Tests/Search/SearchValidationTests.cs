using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Search;

public sealed class SearchValidationTests(SmallLimitsFixture fixture) : ApiTest, IClassFixture<SmallLimitsFixture>
{
    private static readonly byte[] Picture = GeneratedPicture.Png(1, 32, 32);

    private protected override WebSystem? Shared => fixture.System;

    [Theory]
    [InlineData("k", "0")]
    [InlineData("k", "101")]
    [InlineData("k", "1000")]
    [InlineData("k", "-1")]
    [InlineData("k", "ten")]
    [InlineData("k", "1.5")]
    [InlineData("k", "99999999999999")]
    [InlineData("minScore", "abc")]
    [InlineData("minScore", "1.01")]
    [InlineData("minScore", "NaN")]
    [InlineData("crop", "0,0,2,2")]
    [InlineData("crop", "-0.1,0,0.5,0.5")]
    [InlineData("crop", "0.5,0.5,0.6,0.6")]
    [InlineData("crop", "0,0,0,0")]
    [InlineData("crop", "NaN,0,1,1")]
    [InlineData("crop", "1,2,3")]
    [InlineData("ef", "0")]
    [InlineData("ef", "4097")]
    [InlineData("ef", "many")]
    [InlineData("group", "1")]
    [InlineData("relevant", "yes")]
    [InlineData("model", "no-such-model")]
    public async Task BadParameter_IsABadRequestThatNamesIt(string name, string value)
    {
        var query = await ProblemAsync(
            await Http.PostAsync($"/api/v1/search?{name}={value}", Form(Picture), Token), HttpStatusCode.BadRequest, "invalid-parameters");
        var form = await ProblemAsync(
            await Http.PostAsync("/api/v1/search", Form(Picture, (name, value)), Token), HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.Equal([name], query["errors"]!.AsObject().Select(error => error.Key));
        Assert.Equal([name], form["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task SeveralBadParameters_AreAllReported()
    {
        var problem = await ProblemAsync(
            await Http.PostAsync("/api/v1/search?k=0&minScore=x&crop=1&ef=-5", Form(Picture), Token), HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.Equal(["k", "minScore", "crop", "ef"], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task TagThatIsTooLong_IsABadRequest() => await ProblemAsync(
        await Http.PostAsync("/api/v1/search?tag=" + new string('x', 101), Form(Picture), Token), HttpStatusCode.BadRequest, "invalid-parameters");

    [Theory]
    [InlineData("{", "invalid-request")]
    [InlineData("", "invalid-request")]
    [InlineData("[]", "invalid-request")]
    [InlineData("null", "invalid-request")]
    [InlineData("{}", "invalid-request")]
    [InlineData("""{"url":"","imageId":null}""", "invalid-request")]
    [InlineData("""{"url":"https://example.org/","imageId":"0000000000000000000000000000000000000000000000000000000000000000"}""", "invalid-request")]
    [InlineData("""{"imageId":"xyz"}""", "invalid-parameters")]
    [InlineData("""{"imageId":12}""", "invalid-parameters")]
    [InlineData("""{"url":"not an address"}""", "invalid-parameters")]
    [InlineData("""{"url":"file:///etc/passwd"}""", "invalid-parameters")]
    [InlineData("""{"url":{"a":1}}""", "invalid-parameters")]
    [InlineData("""{"url":"https://example.org/","k":true}""", "invalid-parameters")]
    [InlineData("""{"url":"https://example.org/","k":0}""", "invalid-parameters")]
    [InlineData("""{"url":"https://example.org/","crop":[0,0,2,2]}""", "invalid-parameters")]
    [InlineData("""{"url":"https://example.org/","imageID":"0"}""", "invalid-parameters")]
    public async Task BadJson_IsABadRequest(string json, string slug) => await ProblemAsync(
        await Http.PostAsync("/api/v1/search", new StringContent(json, Encoding.UTF8, "application/json"), Token), HttpStatusCode.BadRequest, slug);

    [Fact]
    public async Task JsonThatIsTooLong_IsTooLarge() => await ProblemAsync(
        await Http.PostAsync("/api/v1/search", new StringContent($$"""{"cursor":"{{new string('A', 300_000)}}"}""", Encoding.UTF8, "application/json"), Token),
        HttpStatusCode.RequestEntityTooLarge, "too-large");

    [Theory]
    [InlineData("xyz", "", "id")]
    [InlineData("ID", "?k=0", "k")]
    [InlineData("ID", "?group=x", "group")]
    [InlineData("ID", "?model=none", "model")]
    public async Task BadSimilar_IsABadRequestThatNamesIt(string id, string query, string name)
    {
        var problem = await ProblemAsync(
            await Http.GetAsync($"/api/v1/images/{id.Replace("ID", new string('0', 64), StringComparison.Ordinal)}/similar{query}", Token),
            HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.Equal([name], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task SimilarToAnUnknownImage_IsNotFound() => await ProblemAsync(
        await Http.GetAsync($"/api/v1/images/{new string('0', 64)}/similar", Token), HttpStatusCode.NotFound, "unknown-image");

    [Fact]
    public async Task UnknownImage_IsNotFound() => await ProblemAsync(
        await Http.PostAsync("/api/v1/search", new StringContent($$"""{"imageId":"{{new string('0', 64)}}"}""", Encoding.UTF8, "application/json"), Token),
        HttpStatusCode.NotFound, "unknown-image");

    [Fact]
    public async Task UrlThatCannotBeFetched_IsPassedOnAsIngestTellsIt() => await ProblemAsync(
        await Http.PostAsync("/api/v1/search", new StringContent("""{"url":"https://example.org/gone"}""", Encoding.UTF8, "application/json"), Token),
        HttpStatusCode.UnprocessableEntity, "fetch-failed");

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("image/png")]
    [InlineData(null)]
    public async Task OtherContentType_IsUnsupported(string? type)
    {
        using var content = new ByteArrayContent(Picture) { Headers = { ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type) } };

        await ProblemAsync(await Http.PostAsync("/api/v1/search", content, Token), HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    public async Task FormWithoutBoundary_IsABadRequest(string type)
    {
        using var content = new ByteArrayContent(Picture);
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        await ProblemAsync(await Http.PostAsync("/api/v1/search", content, Token), HttpStatusCode.BadRequest, "invalid-request");
    }

    [Theory]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\ncut off")]
    [InlineData("no form at all")]
    public async Task FormThatIsCutOff_IsABadRequest(string body)
    {
        using var content = new StringContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");

        await ProblemAsync(await Http.PostAsync("/api/v1/search", content, Token), HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task FormWithoutFile_IsABadRequest()
    {
        using var form = new MultipartFormDataContent { { new StringContent("3"), "k" } };

        var problem = await ProblemAsync(await Http.PostAsync("/api/v1/search", form, Token), HttpStatusCode.BadRequest, "invalid-request");

        Assert.Contains("add a part named file", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FormWithTwoFiles_IsABadRequest()
    {
        using var form = Form(Picture);
        form.Add(new ByteArrayContent(Picture), "file", "second.png");

        await ProblemAsync(await Http.PostAsync("/api/v1/search", form, Token), HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task FormWithFileAndImageId_IsABadRequestThatNamesIt()
    {
        var problem = await ProblemAsync(
            await Http.PostAsync("/api/v1/search", Form(Picture, ("imageId", new string('0', 64))), Token), HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.Equal(["imageId"], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Theory]
    [InlineData("k", "3", "4")]
    [InlineData("tag", "a", "a")]
    public async Task FieldThatIsGivenTwice_IsABadRequestThatNamesIt(string name, string first, string second)
    {
        var problem = await ProblemAsync(
            await Http.PostAsync("/api/v1/search", Form(Picture, (name, first), (name, second)), Token), HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.Contains("more than once", (string)problem["errors"]![name]![0]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"url":"https://example.org/","k":1,"k":2}""", "k")]
    [InlineData("""{"url":"https://example.org/","url":null}""", "url")]
    public async Task MemberThatIsGivenTwice_IsABadRequestThatNamesIt(string json, string name)
    {
        var problem = await ProblemAsync(
            await Http.PostAsync("/api/v1/search", new StringContent(json, Encoding.UTF8, "application/json"), Token), HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.Equal([name], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task FormWithTooManyFields_SaysSo()
    {
        var fields = Enumerable.Range(0, 40).Select(_ => ("positive", new string('0', 64))).ToArray();

        var problem = await ProblemAsync(await Http.PostAsync("/api/v1/search", Form(Picture, fields), Token), HttpStatusCode.BadRequest, "invalid-request");

        Assert.Contains("more than 37 parts", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FieldThatIsTooLong_SaysSo()
    {
        var problem = await ProblemAsync(
            await Http.PostAsync("/api/v1/search", Form(Picture, ("tag", new string('x', 5000))), Token), HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.Contains("4,096 bytes", (string)problem["errors"]!["tag"]![0]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PartWithTooLongHeaders_IsNotCalledCutOff()
    {
        using var content = new StringContent($"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{new string('n', 20_000)}\"\r\n\r\nabc\r\n--x--\r\n");
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");

        var problem = await ProblemAsync(await Http.PostAsync("/api/v1/search", content, Token), HttpStatusCode.BadRequest, "invalid-request");

        Assert.Contains("headers", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("cut off", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmptyFile_IsABadRequest() =>
        await ProblemAsync(await Http.PostAsync("/api/v1/search", Form([]), Token), HttpStatusCode.BadRequest, "invalid-request");

    [Theory]
    [InlineData(100_001)]
    [InlineData(300_000)]
    public async Task FileAboveTheLimit_IsTooLarge(int bytes) =>
        await ProblemAsync(await Http.PostAsync("/api/v1/search", Form(new byte[bytes]), Token), HttpStatusCode.RequestEntityTooLarge, "too-large");

    [Fact]
    public async Task FileAtTheLimit_IsTaken() => await JsonAsync(await Http.PostAsync("/api/v1/search", Form(new byte[100_000]), Token));

    [Fact]
    public async Task CrossSiteBrowser_IsForbidden()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/search") { Content = Form(Picture), Headers = { { "Sec-Fetch-Site", "cross-site" } } };

        await ProblemAsync(await Http.SendAsync(request, Token), HttpStatusCode.Forbidden, "cross-site");
    }
}
