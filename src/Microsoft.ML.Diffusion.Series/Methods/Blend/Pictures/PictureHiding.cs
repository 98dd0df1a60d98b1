using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>Hides observed pixels as holes fall in the data: single ones, and, as far as missing pixels lie side by side or one after
/// another, those that are missing in another window.</summary>
internal sealed class PictureHiding
{
    // The share of single pixels that are hidden, from and to.
    private const float LeastShare = 0.05f, MostShare = 0.5f;

    // Where missing pixels always lie together, single ones alone are hidden now and then.
    private const double MostTogether = 0.9;

    // In a window with holes of another one, where nearly nothing would be left, fewer of them are taken.
    private const double MostMissing = 0.85;

    private const int MostSampled = 2000;

    private readonly PictureShape _shape;
    private readonly SeriesTable _table;
    private readonly (int Series, int Start)[] _windows;
    private readonly int _steps;

    /// <param name="shape">The pictures.</param>
    /// <param name="table">The series.</param>
    /// <param name="windows">Windows whose holes are looked at.</param>
    /// <param name="steps">The steps of a window.</param>
    public PictureHiding(PictureShape shape, SeriesTable table, (int Series, int Start)[] windows, int steps)
    {
        (_shape, _table, _windows, _steps) = (shape, table, windows, steps);
        Together = Math.Clamp(Math.Max(Dependence(1), Math.Max(Dependence(shape.Width), Dependence(shape.Pixels))), 0, 1);
    }

    /// <summary>How much missing pixels lie together, 0 to 1: the correlation of a pixel being missing with the same of its
    /// neighbours.</summary>
    public double Together { get; }

    /// <summary>Hides pixels of a window.</summary>
    /// <param name="cells">The numbers of the series; hidden ones become NaN.</param>
    /// <param name="start">The first step of the window.</param>
    /// <param name="length">The number of steps of the series.</param>
    /// <param name="random">Which.</param>
    /// <param name="fixedShare">The share of single pixels; null to draw it.</param>
    /// <returns>The share, and the hidden cells.</returns>
    public (float Share, List<int> Hidden) Hide(double[] cells, int start, int length, Philox random, float? fixedShare = null)
    {
        float share = fixedShare ?? LeastShare + (MostShare - LeastShare) * random.Uniform(0);
        int first = start * _shape.Pixels, last = Math.Min(length, start + _steps) * _shape.Pixels;
        List<int> hidden = [];
        float[] chances = new float[last - first];
        random.Fork(0).FillUniform(chances);
        if (random.Uniform(1) < MostTogether * Together)
            HideAsElsewhere(cells, first, last, random, hidden);
        for (int cell = first; cell < last; cell++)
        {
            if (chances[cell - first] >= share || double.IsNaN(cells[cell]))
                continue;
            cells[cell] = double.NaN;
            hidden.Add(cell);
        }
        return (share, hidden);
    }

    private void HideAsElsewhere(double[] cells, int first, int last, Philox random, List<int> hidden)
    {
        (int series, int start) = _windows[random.Below(2, _windows.Length)];
        double[] other = _table.Items[series].Cells;
        int from = start * _shape.Pixels, seen = 0, left = 0;
        for (int i = 0; i < last - first && from + i < other.Length; i++)
        {
            seen += double.IsNaN(cells[first + i]) ? 0 : 1;
            left += double.IsNaN(cells[first + i]) || double.IsNaN(other[from + i]) ? 0 : 1;
        }
        if (left < (1 - MostMissing) * seen)
            return;
        for (int i = 0; i < last - first && from + i < other.Length; i++)
        {
            if (double.IsNaN(cells[first + i]) || !double.IsNaN(other[from + i]))
                continue;
            cells[first + i] = double.NaN;
            hidden.Add(first + i);
        }
    }

    /// <summary>The correlation of a cell being missing with the cell so many places before it being so, over a sample of steps.</summary>
    private double Dependence(int offset)
    {
        long count = 0, own = 0, other = 0, both = 0;
        int every = Math.Max(1, _windows.Length * _steps / MostSampled);
        for (int i = 0; i < _windows.Length; i += every)
        {
            double[] cells = _table.Items[_windows[i].Series].Cells;
            int first = _windows[i].Start * _shape.Pixels, last = Math.Min(cells.Length, first + _steps * _shape.Pixels);
            for (int cell = first + offset; cell < last; cell++)
            {
                bool isMissing = double.IsNaN(cells[cell]), isOtherMissing = double.IsNaN(cells[cell - offset]);
                count++;
                own += isMissing ? 1 : 0;
                other += isOtherMissing ? 1 : 0;
                both += isMissing && isOtherMissing ? 1 : 0;
            }
        }
        if (count == 0)
            return 0;
        double p = (double)own / count, q = (double)other / count, spread = Math.Sqrt(p * (1 - p) * q * (1 - q));
        return spread > 0 ? ((double)both / count - p * q) / spread : 0;
    }
}
