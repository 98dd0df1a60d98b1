namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The whole numbers that are type arguments of <see cref="Tile{TVector, T, TRows, TColumns}"/>.</summary>
internal static class Number
{
    internal readonly struct N1 : INumber
    {
        public static int Value => 1;
    }

    internal readonly struct N2 : INumber
    {
        public static int Value => 2;
    }

    internal readonly struct N3 : INumber
    {
        public static int Value => 3;
    }

    internal readonly struct N4 : INumber
    {
        public static int Value => 4;
    }

    internal readonly struct N5 : INumber
    {
        public static int Value => 5;
    }

    internal readonly struct N6 : INumber
    {
        public static int Value => 6;
    }

    internal readonly struct N7 : INumber
    {
        public static int Value => 7;
    }

    internal readonly struct N8 : INumber
    {
        public static int Value => 8;
    }
}
