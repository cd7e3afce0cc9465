namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>A client as clients are: what was not answered, or answered with an error of the server's, is sent again.</summary>
internal sealed class PatientUpload
{
    private const int AtOnce = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private int _taken;
    private int _repeated;

    private PatientUpload(Api api, IReadOnlyList<Picture> pictures, string[] tags) => Completion = Task.Run(() => RunAsync(api, pictures, tags));

    /// <summary>Pictures that were answered for.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Requests that had to be sent again.</summary>
    public int Repeated => Volatile.Read(ref _repeated);

    public Task Completion { get; }

    public static PatientUpload Start(Api api, IReadOnlyList<Picture> pictures, params string[] tags) => new(api, pictures, tags);

    private async Task RunAsync(Api api, IReadOnlyList<Picture> pictures, string[] tags)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        foreach (var chunk in pictures.Chunk(AtOnce))
        {
            while (!await TrySendAsync(api, chunk, tags))
            {
                Interlocked.Increment(ref _repeated);
                await Task.Delay(Pause, deadline.Token);
            }

            Interlocked.Add(ref _taken, chunk.Length);
        }
    }

    private static async Task<bool> TrySendAsync(Api api, Picture[] chunk, string[] tags)
    {
        try
        {
            using var answer = await api.PostImagesAsync(chunk, tags);
            if ((int)answer.StatusCode is >= 400 and < 500)
            {
                Assert.Fail($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            }

            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
