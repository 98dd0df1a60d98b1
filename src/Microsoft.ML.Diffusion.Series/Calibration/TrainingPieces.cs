using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Calibration;

/// <summary>The series of a training in pieces that are short enough to be solved whole, some of them held back.</summary>
/// <param name="Learned">What is learned from.</param>
/// <param name="HeldBack">What tells how good it is.</param>
internal sealed record TrainingPieces(SeriesPiece[] Learned, SeriesPiece[] HeldBack)
{
    // A piece has at most so many steps and observed cells.
    private const int MostSteps = 256, MostCells = 900;

    // The most cells, observed or not, and the most work of a pass. Thousands of patients of two days are below.
    private const double MostPassCells = 8e6, MostPassWork = 5e11;

    // The share of pieces that is held back, and the most of them.
    private const double HeldShare = 0.15;
    private const int MostHeld = 1500;

    /// <summary>Cuts series into pieces.</summary>
    /// <param name="table">The series.</param>
    /// <param name="random">Which pieces are held back.</param>
    public static TrainingPieces Of(SeriesTable table, Philox random)
    {
        int width = table.Variables;
        List<SeriesPiece> all = [];
        for (int s = 0; s < table.Items.Count; s++)
        {
            double[] cells = table.Items[s].Cells;
            for (int first = 0, last; first < table.Items[s].Length; first = last)
            {
                last = first;
                int seen = 0;
                do
                {
                    seen += Seen(cells, last, width);
                    last++;
                }
                while (last < table.Items[s].Length && last - first < MostSteps && seen + Seen(cells, last, width) <= MostCells);
                if (seen > 1)
                    all.Add(new SeriesPiece(s, first, last, seen));
            }
        }
        SeriesPiece[] pieces = [.. all];
        random.Shuffle(pieces.AsSpan());
        // Of a single piece the same cells are learned and held back, but not at the same time.
        if (pieces.Length < 2)
            return new TrainingPieces(pieces, pieces);
        int held = Math.Clamp((int)(HeldShare * pieces.Length), 1, MostHeld);
        return new TrainingPieces(pieces[held..], OfPass(pieces[..held], table.Variables, 0));
    }

    /// <summary>The pieces that one pass looks at: all of them, or others in each pass where all are too many for memory and
    /// time.</summary>
    /// <param name="pieces">The pieces.</param>
    /// <param name="variables">The number of variables.</param>
    /// <param name="pass">Which pass, from 0.</param>
    public static SeriesPiece[] OfPass(SeriesPiece[] pieces, int variables, int pass)
    {
        double cells = pieces.Sum(piece => (double)(piece.Last - piece.First) * variables), work = pieces.Sum(Work);
        int count = Math.Max(1, (int)(pieces.Length * Math.Min(MostPassCells / cells, MostPassWork / work)));
        return count >= pieces.Length
            ? pieces
            : [.. Enumerable.Range(0, count).Select(i => pieces[(int)(((long)pass * count + i) % pieces.Length)])];

        // To solve for the observed cells of a piece takes the third power of their number.
        static double Work(SeriesPiece piece) => Math.Pow(piece.Seen, 3);
    }

    private static int Seen(double[] cells, int step, int width)
    {
        int seen = 0;
        foreach (double cell in cells.AsSpan(step * width, width))
            seen += double.IsNaN(cell) ? 0 : 1;
        return seen;
    }
}
