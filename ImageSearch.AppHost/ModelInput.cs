namespace ImageSearch.AppHost;

/// <summary>How a picture becomes the model's input; a channel's value is (byte - mean) * scale.</summary>
internal sealed record ModelInput
{
    private static readonly string[] Resizes = ["ShorterSideThenCrop", "Stretch"];
    private static readonly string[] ChannelOrders = ["Rgb", "Bgr"];
    private static readonly string[] Layouts = ["Nchw", "Nhwc"];

    /// <summary>The input's name in the ONNX file.</summary>
    public string Name { get; init; } = "";

    public int Width { get; init; } = 224;

    public int Height { get; init; } = 224;

    public string Resize { get; init; } = "ShorterSideThenCrop";

    /// <summary>The shorter side's length before the crop.</summary>
    public int ResizeTo { get; init; } = 256;

    public string Channels { get; init; } = "Rgb";

    public string Layout { get; init; } = "Nchw";

    /// <summary>One per channel; empty means 0.</summary>
    public double[] Mean { get; init; } = [];

    /// <summary>One per channel; empty means 1.</summary>
    public double[] Scale { get; init; } = [];

    public double MeanOf(int channel) => Mean.Length == 0 ? 0 : Mean[channel];

    public double ScaleOf(int channel) => Scale.Length == 0 ? 1 : Scale[channel];

    internal IEnumerable<string> Problems() => Rules.Broken(
        (Name.Length > 0, "Input:Name must not be empty."),
        (Width is >= 1 and <= 4096 && Height is >= 1 and <= 4096, "Input:Width and Input:Height must be between 1 and 4096."),
        (Resizes.Contains(Resize), $"Input:Resize '{Resize}' is unknown: use {string.Join(", ", Resizes)}."),
        (Resize != "ShorterSideThenCrop" || (ResizeTo >= Math.Max(Width, Height) && ResizeTo <= 8192),
            "Input:ResizeTo must be at least the larger of width and height, and at most 8192."),
        (ChannelOrders.Contains(Channels), $"Input:Channels '{Channels}' is unknown: use {string.Join(", ", ChannelOrders)}."),
        (Layouts.Contains(Layout), $"Input:Layout '{Layout}' is unknown: use {string.Join(", ", Layouts)}."),
        (Mean.Length is 0 or 3 && Scale.Length is 0 or 3, "Input:Mean and Input:Scale must have three values, or none."));
}
