using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>What classes of the label with few rows have of their own. A network sees a class of ten rows among a thousand too seldom to
/// tell it from the others, and ten rows are too few to train it on; they are enough for a few numbers a column.</summary>
/// <remarks>Used for rows whose label is given. Rows whose label is drawn come out as they would without.</remarks>
internal sealed class RareClasses
{
    // A class is rare that has less than this share of the rows it would have if all classes were equally frequent.
    private const double ShareOfEven = 0.25;

    // How many columns are worked on at once.
    private const int ColumnsAtOnce = 64;

    private readonly Dictionary<int, ClassTilt?[]> _tilts;

    private RareClasses(Dictionary<int, ClassTilt?[]> tilts) => _tilts = tilts;

    /// <summary>Finds them; null where no class is rare.</summary>
    /// <param name="predictor">The network, trained.</param>
    /// <param name="tokenizer">The columns.</param>
    /// <param name="table">The rows.</param>
    /// <param name="tokens">The same as tokens.</param>
    /// <param name="order">The order in which columns are drawn; the label is the last.</param>
    /// <param name="below">Only classes with fewer rows.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="deadline">Columns that do not fit are left as the network has them.</param>
    /// <param name="cancel">Looked at in every fit.</param>
    public static RareClasses? Fit(
        ColumnPredictor predictor, TableTokenizer tokenizer, Table table, int[] tokens, int[] order, int below, TensorEngine engine,
        TrainingDeadline deadline, CancellationToken cancel)
    {
        int label = order[^1];
        TokenColumn column = tokenizer.Encoded[label];
        if (tokenizer.Columns[column.Source].Kind != ColumnKind.Categorical)
            return null;
        int[][] rows = [.. Enumerable.Range(0, column.ValueTokens).Select(_ => Array.Empty<int>())];
        foreach (IGrouping<int, int> own in Enumerable.Range(0, table.RowCount).GroupBy(row => tokens[row * order.Length + label]))
        {
            if (own.Key >= 0 && own.Key < rows.Length)
                rows[own.Key] = [.. own];
        }
        double even = (double)rows.Sum(own => own.Length) / Math.Max(1, rows.Count(own => own.Length > 0));
        var tilts = new Dictionary<int, ClassTilt?[]>();
        for (int token = 0; token < rows.Length; token++)
        {
            bool isRare = rows[token].Length > 0 && rows[token].Length < below && rows[token].Length <= ShareOfEven * even;
            if (isRare)
                tilts.Add(token, FitClass(predictor, tokenizer, table, tokens, order, rows[token], engine, deadline, cancel));
        }
        return tilts.Count == 0 ? null : new RareClasses(tilts);
    }

    /// <summary>The tilt of a column in rows of a label; null for none.</summary>
    /// <param name="label">The label's token; negative where it was not given.</param>
    /// <param name="column">The column.</param>
    public ClassTilt? TiltOf(int label, int column) =>
        label >= 0 && _tilts.TryGetValue(label, out ClassTilt?[]? tilts) ? tilts[column] : null;

    public void Save(BinaryWriter writer)
    {
        writer.Write(_tilts.Count);
        foreach ((int token, ClassTilt?[] tilts) in _tilts)
        {
            writer.Write(token);
            foreach (ClassTilt? tilt in tilts)
            {
                writer.Write(tilt is not null);
                tilt?.Save(writer);
            }
        }
    }

    /// <exception cref="InvalidDataException">The numbers contradict the columns.</exception>
    public static RareClasses Load(BinaryReader reader, TokenColumn[] columns, int label)
    {
        int count = reader.ReadInt32();
        if (count < 0 || count > columns[label].Count)
            throw new InvalidDataException("The saved model is damaged: its rare classes do not fit its label.");
        var classes = new Dictionary<int, ClassTilt?[]>();
        for (int i = 0; i < count; i++)
        {
            int token = reader.ReadInt32();
            var tilts = new ClassTilt?[columns.Length];
            for (int column = 0; column < columns.Length; column++)
                tilts[column] = reader.ReadBoolean() ? ClassTilt.Load(reader, columns, column) : null;
            classes[token] = tilts;
        }
        return new RareClasses(classes);
    }

    private static ClassTilt?[] FitClass(
        ColumnPredictor predictor, TableTokenizer tokenizer, Table table, int[] tokens, int[] order, int[] rows, TensorEngine engine,
        TrainingDeadline deadline, CancellationToken cancel)
    {
        TokenColumn[] columns = tokenizer.Encoded;
        int width = columns.Length;
        var tilts = new ClassTilt?[width];
        using Tape tape = engine.CreateTape(training: false);
        int[] own = new int[rows.Length * width];
        for (int n = 0; n < rows.Length; n++)
            tokens.AsSpan(rows[n] * width, width).CopyTo(own.AsSpan(n * width));
        for (int first = 0; first < width - 1 && !deadline.IsOver; first += ColumnsAtOnce)
        {
            int count = Math.Min(ColumnsAtOnce, width - 1 - first);
            float[][] logits = new float[count][];
            for (int i = 0; i < count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                logits[i] = Logits(predictor, tokens, order, rows, first + i, tape);
            }
            int from = first;
            var fits = new TiltOfColumn[count];
            ParallelLoop.Run(count, i =>
            {
                int column = order[from + i];
                double[] values = [.. rows.Select(row => table[row, columns[column].Source])];
                fits[i] = TiltOfColumn.Prepare(columns, column, order.AsSpan(0, from + i), own, values, logits[i], deadline, cancel);
            }, cancel: cancel);
            if (deadline.IsOver)
                return tilts;
            double[] together = TiltOfColumn.Together(fits);
            for (int i = 0; i < count; i++)
                tilts[order[from + i]] = fits[i].Choose(together);
        }
        return tilts;
    }

    /// <summary>The logits of one column given the label and the columns before, row after row.</summary>
    private static float[] Logits(ColumnPredictor predictor, int[] tokens, int[] order, int[] rows, int place, Tape tape) =>
        predictor.Predict(tape, tokens, rows, [.. order.AsSpan(0, place), order[^1]], order[place]);
}
