namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>How the variables of a step lie in a picture, and what their numbers mean.</summary>
/// <param name="Width">Pixels of a line.</param>
/// <param name="Height">Lines.</param>
/// <param name="IsBinary">Whether every number is 0 or 1.</param>
/// <param name="Center">The number that a network is told as 0.</param>
/// <param name="Scale">What is one for the network, above 0.</param>
internal sealed record PictureShape(int Width, int Height, bool IsBinary, double Center, double Scale)
{
    /// <summary>The longest side of a picture.</summary>
    public const int MostSide = 4096;

    /// <summary>The number of pixels.</summary>
    public int Pixels => Width * Height;

    /// <summary>Lines and pixels of a line in blocks of 2 x 2, of which there are an even number.</summary>
    public int Blocks => BlocksOf(Width);

    /// <summary>Lines of blocks.</summary>
    public int BlockLines => BlocksOf(Height);

    /// <summary>All blocks.</summary>
    public int BlockCount => Blocks * BlockLines;

    /// <summary>A number as the network is told it.</summary>
    public float ToNetwork(double cell) => (float)((cell - Center) / Scale);

    /// <summary>The number that the network means.</summary>
    public double FromNetwork(double value) => value * Scale + Center;

    private static int BlocksOf(int side) => (side + 3) / 4 * 2;
}
