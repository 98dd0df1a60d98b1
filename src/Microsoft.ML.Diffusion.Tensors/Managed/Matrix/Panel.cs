using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Copies a few columns of a matrix into a panel: row after row, <c>width</c> floats each.</summary>
internal static unsafe class Panel
{
    /// <summary>From a row-major matrix: <paramref name="count"/> floats of each row, then zeros up to the width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Copy(float* source, nint sourceRow, int rows, int count, int width, float* target)
    {
        for (int row = 0; row < rows; row++)
        {
            int i = 0;
            for (; i <= count - 16; i += 16)
                Vector512.Load(source + i).Store(target + i);
            for (; i < count; i++)
                target[i] = source[i];
            for (; i < width; i++)
                target[i] = 0;
            source += sourceRow;
            target += width;
        }
    }

    /// <summary>From a matrix given transposed: its rows are the panel's columns.</summary>
    internal static void CopyTransposed(float* source, nint sourceRow, int rows, int count, int width, float* target)
    {
        // Some rows of the panel at a time, so that they stay in the first-level cache until all their columns are there.
        const int Rows = 64;
        for (int row = 0; row < rows; row += Rows)
            CopyTransposedRows(source + row, sourceRow, Math.Min(Rows, rows - row), count, width, target + ((nint)row * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyTransposedRows(float* source, nint sourceRow, int rows, int count, int width, float* target)
    {
        int column = 0;
        if (Sse.IsSupported)
        {
            // Blocks of 4 by 4: four registers hold four rows of the source (four columns of the panel); interleaving them
            // twice gives four rows of the panel.
            for (; column <= count - 4; column += 4)
            {
                float* s0 = source + (column * sourceRow);
                float* s1 = s0 + sourceRow;
                float* s2 = s1 + sourceRow;
                float* s3 = s2 + sourceRow;
                float* t = target + column;
                int row = 0;
                for (; row <= rows - 4; row += 4)
                {
                    Vector128<float> v0 = Vector128.Load(s0 + row), v1 = Vector128.Load(s1 + row);
                    Vector128<float> v2 = Vector128.Load(s2 + row), v3 = Vector128.Load(s3 + row);
                    Vector128<float> low01 = Sse.UnpackLow(v0, v1), low23 = Sse.UnpackLow(v2, v3);
                    Vector128<float> high01 = Sse.UnpackHigh(v0, v1), high23 = Sse.UnpackHigh(v2, v3);
                    Sse.MoveLowToHigh(low01, low23).Store(t);
                    Sse.MoveHighToLow(low23, low01).Store(t + width);
                    Sse.MoveLowToHigh(high01, high23).Store(t + (2 * width));
                    Sse.MoveHighToLow(high23, high01).Store(t + (3 * width));
                    t += 4 * width;
                }

                for (; row < rows; row++)
                {
                    (t[0], t[1], t[2], t[3]) = (s0[row], s1[row], s2[row], s3[row]);
                    t += width;
                }
            }
        }

        for (; column < width; column++)
        {
            float* s = source + (column * sourceRow);
            for (int row = 0; row < rows; row++)
                target[((nint)row * width) + column] = column < count ? s[row] : 0;
        }
    }

    /// <summary>
    /// Tiles of rows of a matrix given transposed, one tile after another: for each step the floats of the tile's rows.
    /// </summary>
    /// <param name="source">The first step's floats.</param>
    /// <param name="sourceStep">Floats from one step to the next.</param>
    /// <param name="firstStep">The number of the first step to copy.</param>
    /// <param name="count">How many steps to copy.</param>
    /// <param name="steps">The number of steps of a tile.</param>
    /// <param name="rows">All rows together; the last tile may have fewer than the others.</param>
    /// <param name="tileRows">Rows in a tile.</param>
    /// <param name="target">Where to.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void CopyTiles(
        float* source, nint sourceStep, int firstStep, int count, int steps, int rows, int tileRows, float* target)
    {
        for (int step = firstStep; step < firstStep + count; step++)
        {
            float* t = target + (step * tileRows);
            int row = 0;
            for (; row <= rows - tileRows; row += tileRows)
            {
                if (tileRows == 8)
                {
                    Vector256.Load(source + row).Store(t);
                }
                else
                {
                    for (int i = 0; i < tileRows; i++)
                        t[i] = source[row + i];
                }

                t += tileRows * steps;
            }

            // The last tile is narrower, so its steps are closer together.
            t = target + ((nint)row * steps) + (step * (rows - row));
            for (; row < rows; row++)
                *t++ = source[row];
            source += sourceStep;
        }
    }

    /// <summary>One step as <see cref="CopyTiles"/> copies it, with zeros for rows before <paramref name="first"/> and from
    /// <paramref name="end"/> on.</summary>
    internal static void CopyStep(float* source, nint first, nint end, int step, int steps, int rows, int tileRows, float* target)
    {
        for (int tile = 0; tile < rows; tile += tileRows)
        {
            int width = Math.Min(tileRows, rows - tile);
            float* t = target + ((nint)tile * steps) + ((nint)step * width);
            for (int row = tile; row < tile + width; row++)
                *t++ = row >= first && row < end ? source[row] : 0;
        }
    }
}
