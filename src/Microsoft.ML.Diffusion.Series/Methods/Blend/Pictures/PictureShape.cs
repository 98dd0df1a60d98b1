namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>How the variables of a step lie in a picture, and what their numbers mean.</summary>
/// <param name="Width">Pixels of a line.</param>
/// <param name="Height">Lines.</param>
/// <param name="Two">The two numbers that there are; null for grey pictures.</param>
/// <param name="Center">The number that a network is told as 0.</param>
/// <param name="Scale">What is one for the network, above 0.</param>
internal sealed record PictureShape(int Width, int Height, TwoValues? Two, double Center, double Scale)
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

    /// <summary>Whether there are two numbers, and no grey between.</summary>
    public bool IsBinary => Two is not null;

    /// <summary>Pictures of two numbers.</summary>
    public static PictureShape OfTwo(int width, int height, TwoValues values) =>
        new(width, height, values, 0.5 * values.Low + 0.5 * values.High, 0.5 * values.High - 0.5 * values.Low);

    /// <summary>A number as the network is told it: -1 and 1 where there are two.</summary>
    public float ToNetwork(double cell)
    {
        float number = (float)((cell - Center) / Scale);
        // By a slip there may be others.
        return IsBinary ? Math.Clamp(number, -1, 1) : number;
    }

    /// <summary>The number that the network means.</summary>
    public double FromNetwork(double value) => value * Scale + Center;

    private static int BlocksOf(int side) => (side + 3) / 4 * 2;
}
