

namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>Lays pictures of a series out as a network reads them: blocks of 2 x 2 pixels, and for each the same block of the steps around
/// it.</summary>
/// <param name="shape">The pictures.</param>
/// <param name="step">The middle distance of two steps.</param>
/// <param name="isCausal">Whether nothing of what comes after a step is seen.</param>
internal sealed class PictureInput(PictureShape shape, double step, bool isCausal)
{
    // The first of the pictures side by side, from the one that is asked about.
    private readonly int _first = isCausal ? 1 - PictureNetwork.Beside : -(PictureNetwork.Beside / 2);

    /// <summary>The block and the place in it of a pixel.</summary>
    /// <param name="pixel">Its number.</param>
    /// <returns>The block times four plus the place, line after line.</returns>
    public int PlaceOf(int pixel)
    {
        int line = pixel / shape.Width, column = pixel % shape.Width;
        return 4 * (line / 2 * shape.Blocks + column / 2) + line % 2 * 2 + column % 2;
    }

    /// <summary>The part of a series that the pictures of a window are told of.</summary>
    /// <param name="series">The series.</param>
    /// <param name="start">The first step of the window.</param>
    /// <param name="steps">The steps of the window.</param>
    /// <returns>The part, and where in it the window starts.</returns>
    public static (Data.Series Part, int Start) Crop(Data.Series series, int start, int steps)
    {
        int first = Math.Max(0, start - PictureNetwork.Beside), last = Math.Min(series.Length, start + steps + PictureNetwork.Beside);
        if (first == 0 && last == series.Length)
            return (series, start);
        int width = series.Cells.Length / series.Length;
        return (series with { Times = series.Times[first..last], Cells = series.Cells[(first * width)..(last * width)] }, start - first);
    }

    /// <summary>Writes the pictures of a window.</summary>
    /// <param name="times">The times of the series.</param>
    /// <param name="cells">Its numbers; NaN where missing or hidden.</param>
    /// <param name="start">The first step of the window.</param>
    /// <param name="steps">The steps of the window; those behind the end of the series are empty.</param>
    /// <param name="share">The share of observed pixels that are hidden on purpose.</param>
    /// <param name="input">Receives [steps times blocks, inputs].</param>
    /// <param name="waves">Receives the times, [steps, time width].</param>
    /// <param name="drawn">The numbers where some missing ones are filled; those of the own step are taken from here. Empty: none.</param>
    public void Write(
        double[] times, double[] cells, int start, int steps, float share, Span<float> input, Span<float> waves,
        ReadOnlySpan<double> drawn = default)
    {
        input.Clear();
        waves.Clear();
        int inputs = PictureNetwork.Inputs, size = shape.BlockCount * inputs, end = Math.Min(steps, times.Length - start);
        for (int t = 0; t < steps; t++)
        {
            int at = start + t, beyond = Math.Max(0, at - (times.Length - 1));
            // A causal network is told no time that depends on where a window begins.
            if (!isCausal)
            {
                PictureNetwork.WriteWaves(
                    (times[at - beyond] - times[start]) / step + beyond,
                    waves.Slice(t * PictureNetwork.TimeWidth, PictureNetwork.TimeWidth));
            }
        }
        for (int t = 0; t < end; t++)
        {
            Span<float> own = input.Slice(t * size, size);
            for (int beside = 0; beside < PictureNetwork.Beside; beside++)
            {
                int at = start + t + _first + beside;
                if (at < 0 || at >= times.Length)
                    continue;
                double distance = Math.Abs(times[at] - times[start + t]) / step;
                ReadOnlySpan<double> from = at == start + t && !drawn.IsEmpty ? drawn : cells;
                WritePicture(from.Slice(at * shape.Pixels, shape.Pixels), own[(8 * beside)..]);
                int place = 8 * PictureNetwork.Beside + beside;
                // Of the picture itself it is told how much is hidden on purpose.
                float near = at == start + t ? share : (float)(2 / (1 + distance));
                for (int block = 0; block < shape.BlockCount; block++)
                    own[block * inputs + place] = near;
            }
        }
    }

    private void WritePicture(ReadOnlySpan<double> cells, Span<float> input)
    {
        int inputs = PictureNetwork.Inputs;
        for (int line = 0; line < shape.Height; line++)
        {
            Span<float> blocks = input[(line / 2 * shape.Blocks * inputs)..];
            int below = 2 * (line % 2);
            ReadOnlySpan<double> own = cells.Slice(line * shape.Width, shape.Width);
            for (int column = 0; column < own.Length; column++)
            {
                double cell = own[column];
                if (double.IsNaN(cell))
                    continue;
                int place = column / 2 * inputs + below + column % 2;
                blocks[place] = shape.ToNetwork(cell);
                blocks[place + 4] = 1;
            }
        }
    }
}
