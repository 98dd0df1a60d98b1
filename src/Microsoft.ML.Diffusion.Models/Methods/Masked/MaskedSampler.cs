using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>Makes rows with a <see cref="MaskedDenoiser"/>: the reverse of an absorbing process, in which the tokens of a row become known
/// one after another, each drawn given all before it. Columns with a range come first, so that everything else is drawn given
/// them.</summary>
/// <remarks>A cell that comes out missing and may not is drawn again at the end as an unknown value, given what was observed.</remarks>
internal sealed class MaskedSampler : GenerationSampler
{
    // Rows made at once for the corrections.
    private const int RowsPerTask = 256;

    // Rows are made on many threads at once, each on its own.
    private static readonly ManagedEngine s_engine = new(threads: 1);

    /// <summary>A table of more columns than this draws several at once.</summary>
    public const int MostPasses = 128;

    private readonly TableTokenizer _tokenizer;
    private readonly ColumnPredictor? _predictor;
    private readonly int[] _order;
    private readonly BinSlopes? _slopes;
    private readonly LabelTemperature? _label;
    private readonly RareClasses? _rare;
    private readonly DrawCorrections? _corrections;
    private readonly ColumnGroups _groups;

    /// <param name="tokenizer">The columns.</param>
    /// <param name="predictor">The network; null where no column varies.</param>
    /// <param name="order">The order in which the columns of a row are drawn.</param>
    /// <param name="slopes">Where in its bin a number lies given its row; null for anywhere.</param>
    /// <param name="label">How the last column of that order is drawn, given all others; null for as it was learned.</param>
    /// <param name="rare">What rows with a given label have that the network does not know; null for nothing.</param>
    /// <param name="corrections">What is added to all logits; null for nothing.</param>
    public MaskedSampler(
        TableTokenizer tokenizer, ColumnPredictor? predictor, int[] order, BinSlopes? slopes = null, LabelTemperature? label = null,
        RareClasses? rare = null, DrawCorrections? corrections = null)
    {
        _tokenizer = tokenizer;
        _predictor = predictor;
        _order = order;
        _slopes = slopes;
        _label = label;
        _rare = rare;
        _corrections = corrections;
        _groups = tokenizer.Groups;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => _tokenizer.Columns;

    /// <inheritdoc/>
    public override void RequireSatisfiable(GenerationConditions conditions)
    {
        foreach ((int source, ValueRange range) in conditions.Ranges)
        {
            TokenColumn? column = Array.Find(_tokenizer.Encoded, column => column.Source == source);
            bool isPossible = column is null
                ? range.Contains(_tokenizer.Constant(source))
                : Enumerable.Range(0, column.ValueTokens).Any(token => column.ShareWithin(token, range) > 0);
            if (!isPossible)
                throw new ArgumentException($"No value of column '{_tokenizer.Columns[source].Name}' that was learned lies between {range.Minimum} and {range.Maximum}.", nameof(conditions));
        }
    }

    /// <inheritdoc/>
    public override void Complete(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, Workspace workspace, CancellationToken cancel)
    {
        int width = _order.Length;
        DrawnRows rows = new(workspace, _predictor, width, count);
        Draw(rows, table, start, conditions, seed, firstId, workspace, [], cancel);
        for (int row = 0; row < count; row++)
        {
            var random = new Philox(seed, firstId + (ulong)row);
            Finish(rows[row], rows.Slopes.Slice(row * width, width), rows.Labels[row], conditions, random, table.Row(start + row));
        }
    }

    /// <summary>Makes tokens of rows of which nothing is asked, with cells that are missing as often as in training.</summary>
    /// <param name="made">Rows of tokens; some are written.</param>
    /// <param name="firstRow">The first row to write, and its number.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="seed">Seed of the random numbers.</param>
    /// <param name="workspaces">Lends one to every thread.</param>
    /// <param name="cancel">Looked at before each column of some rows.</param>
    /// <param name="expected">One of each token of all columns, to which the probabilities are added with which the tokens of the rows were
    /// drawn; null for nothing.</param>
    public void MakeTokens(
        int[] made, int firstRow, int rows, ulong seed, ConcurrentBag<Workspace> workspaces, CancellationToken cancel,
        double[]? expected = null)
    {
        int width = _order.Length;
        double[][] sums = new double[(rows + RowsPerTask - 1) / RowsPerTask][];
        var conditions = new GenerationConditions(Columns) { KeepMissing = true };
        ParallelLoop.Run(sums.Length, task =>
        {
            sums[task] = expected is null ? [] : new double[expected.Length];
            if (!workspaces.TryTake(out Workspace? workspace))
                workspace = new Workspace(s_engine);
            int first = task * RowsPerTask, count = Math.Min(RowsPerTask, rows - first);
            DrawnRows drawn = new(workspace, _predictor, width, count);
            Draw(drawn, new Table(Columns, count), 0, conditions, seed, (ulong)(firstRow + first), workspace, sums[task], cancel);
            drawn.Tokens.CopyTo(made.AsSpan((firstRow + first) * width));
            workspaces.Add(workspace);
        }, cancel: cancel);
        // In their order, whatever thread was first.
        for (int i = 0; i < expected?.Length; i++)
            expected[i] += sums.Sum(own => own[i]);
    }

    /// <summary>Draws the tokens of rows that lie in a table. To what is expected, unless it is empty, the probabilities are added with
    /// which each token was drawn.</summary>
    private void Draw(
        in DrawnRows rows, Table table, int start, GenerationConditions conditions, ulong seed, ulong firstId, Workspace workspace,
        Span<double> expected, CancellationToken cancel)
    {
        TokenColumn[] columns = _tokenizer.Encoded;
        int width = columns.Length;
        for (int row = 0; row < rows.Count && width > 0; row++)
        {
            Start(rows, row, table.Row(start + row), conditions);
            rows.Labels[row] = rows[row][_order[^1]];
        }
        int[] order = [.. _order.OrderBy(i => conditions.Ranges.ContainsKey(columns[i].Source) ? 0 : 1)];
        int perPass = (width + MostPasses - 1) / MostPasses;
        for (int first = 0; first < width; first += perPass)
        {
            cancel.ThrowIfCancellationRequested();
            Span<int> next = order.AsSpan(first, Math.Min(perPass, width - first));
            Pass(next, rows, conditions, seed, firstId, redrawn: false, workspace, expected);
        }
        if (Forget(rows, conditions))
        {
            foreach (int i in order)
            {
                cancel.ThrowIfCancellationRequested();
                if (columns[i].MissingToken >= 0)
                    Pass([i], rows, conditions, seed, firstId, redrawn: true, workspace, []);
            }
        }
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        _tokenizer.Save(writer);
        foreach (int column in _order)
            writer.Write(column);
        if (_predictor is null)
            return;
        writer.Write(_predictor.Width);
        writer.Write(_predictor.Denoiser.Blocks);
        _predictor.Denoiser.SaveState().Save(writer);
        writer.Write(_predictor.Forests is not null);
        _predictor.Forests?.Save(writer);
        writer.Write(_slopes is not null);
        _slopes?.Save(writer);
        writer.Write(_label is not null);
        _label?.Save(writer);
        writer.Write(_corrections is not null);
        _corrections?.Save(writer);
        writer.Write(_rare is not null);
        _rare?.Save(writer);
    }

    public static MaskedSampler Load(BinaryReader reader)
    {
        TableTokenizer tokenizer = TableTokenizer.Load(reader);
        int[] order = new int[tokenizer.Encoded.Length];
        for (int i = 0; i < order.Length; i++)
            order[i] = reader.ReadPlace(order.Length, "the order of a column");
        CheckedReading.Require(order.Distinct().Count() == order.Length, "a column comes twice in the order");
        if (order.Length == 0)
            return new MaskedSampler(tokenizer, null, order);
        int width = reader.ReadBetween(1, MaskedOptions.LargestWidth, "the width of the network");
        int blocks = reader.ReadBetween(1, MaskedOptions.MostBlocks, "the number of blocks");
        MaskedDenoiser denoiser = Module.FromState(
            StateDictionary.Load(reader), () => new MaskedDenoiser(tokenizer, width, blocks, dropout: 0, random: default));
        ForestMixture? forests = reader.ReadBoolean() ? ForestMixture.Load(reader, tokenizer.Encoded, order) : null;
        BinSlopes? slopes = reader.ReadBoolean() ? BinSlopes.Load(reader, tokenizer.Encoded) : null;
        LabelTemperature? label = reader.ReadBoolean() ? LabelTemperature.Load(reader, tokenizer.Encoded[order[^1]].Count) : null;
        DrawCorrections? corrections = reader.ReadBoolean() ? DrawCorrections.Load(reader, tokenizer) : null;
        RareClasses? rare = reader.ReadBoolean() ? RareClasses.Load(reader, tokenizer.Encoded, order[^1]) : null;
        ColumnPredictor predictor = new ColumnPredictor(denoiser, tokenizer.Groups).With(forests);
        return new MaskedSampler(tokenizer, predictor, order, slopes, label, rare, corrections);
    }

    /// <summary>What is known of a row before anything is drawn.</summary>
    private void Start(in DrawnRows rows, int row, ReadOnlySpan<double> values, GenerationConditions conditions)
    {
        for (int i = 0; i < _order.Length; i++)
        {
            TokenColumn column = _tokenizer.Encoded[i];
            double value = values[column.Source];
            bool isGiven = !double.IsNaN(value), isMissing = !isGiven && conditions.MissingColumns.Contains(column.Source);
            if (!isGiven && !isMissing)
                continue;
            int token = isGiven ? column.TokenOf(value) : column.MissingToken;
            rows.Set(row, i, token < 0 ? DrawnRows.Given : token);
        }
    }

    /// <summary>Draws the unknown tokens of some columns.</summary>
    private void Pass(
        ReadOnlySpan<int> drawn,
        in DrawnRows rows,
        GenerationConditions conditions,
        ulong seed,
        ulong firstId,
        bool redrawn,
        Workspace workspace,
        Span<double> expected)
    {
        ReadOnlySpan<int> asked = rows.Asked(drawn);
        if (asked.IsEmpty)
            return;
        ColumnPredictor predictor = _predictor!;
        Tape tape = workspace.Tape;
        tape.Reset();
        Tensor sums = tape.Input(new Shape(asked.Length, predictor.Width));
        for (int n = 0; n < asked.Length; n++)
            rows.Sum(asked[n], drawn[0], sums.Data.Slice(n * predictor.Width, predictor.Width));
        (Tensor Hidden, Tensor? Coefficients) hidden = predictor.Hidden(tape, sums);
        foreach (int i in drawn)
        {
            TokenColumn column = _tokenizer.Encoded[i];
            (int firstSlot, int slots) = _groups[i];
            ReadOnlySpan<float> logits = predictor.Logits(tape, hidden, i).Data;
            bool hasRange = conditions.Ranges.TryGetValue(column.Source, out ValueRange range);
            Span<float> scratch = workspace.Noise(4 * slots)[..(4 * slots)];
            Span<float> shares = scratch[..slots], weights = scratch.Slice(slots, slots);
            Span<float> own = scratch.Slice(2 * slots, slots), corrected = scratch[(3 * slots)..];
            // A label with a range is drawn before the rest of its row.
            bool isLabel = _label is not null && i == _order[^1] && !hasRange;
            for (int token = 0; token < slots; token++)
            {
                shares[token] = token == column.MissingToken ? (hasRange || redrawn ? 0 : 1)
                    : hasRange ? (float)column.ShareWithin(token, range) : 1;
            }
            for (int n = 0; n < asked.Length; n++)
            {
                ReadOnlySpan<int> row = rows[asked[n]];
                if (row[i] != DrawnRows.Unknown)
                    continue;
                logits.Slice(n * slots, slots).CopyTo(own);
                predictor.Forests?.Mix(i, row, own);
                ClassTilt? tilt = _rare?.TiltOf(rows.Labels[asked[n]], i);
                if (isLabel)
                    _label!.Apply(own, corrected);
                else if (tilt is not null)
                    tilt.Apply(row, own, corrected);
                else
                    own.CopyTo(corrected);
                _corrections?.Apply(i, row, corrected);
                Philox random = new Philox(seed, firstId + (ulong)asked[n]).Fork(redrawn ? 1UL : 0);
                int drawnToken = Draw(corrected, shares, weights, random.Uniform((ulong)i));
                rows.Set(asked[n], i, drawnToken);
                if (!expected.IsEmpty)
                {
                    AddShares(weights, expected.Slice(firstSlot, slots));
                    _corrections?.Both?.Expect(i, row, weights, expected[_tokenizer.SlotCount..]);
                }
                // A rare class knows better where in a bin its numbers lie.
                if (_slopes is not null && !hasRange && tilt is null)
                    rows.Slopes[(asked[n] * _order.Length) + i] = _slopes.Of(i, drawnToken, corrected);
            }
        }
    }

    /// <summary>Makes unknown again what came out missing without having been asked for; whether there is any.</summary>
    private bool Forget(in DrawnRows rows, GenerationConditions conditions)
    {
        bool any = false;
        for (int i = 0; i < _order.Length; i++)
        {
            TokenColumn column = _tokenizer.Encoded[i];
            if (column.MissingToken < 0 || conditions.KeepsMissing(column.Source) || conditions.MissingColumns.Contains(column.Source))
                continue;
            for (int row = 0; row < rows.Count; row++)
            {
                if (rows[row][i] != column.MissingToken)
                    continue;
                rows.Set(row, i, DrawnRows.Unknown);
                any = true;
            }
        }
        return any;
    }

    /// <summary>Writes the values of the tokens that were drawn.</summary>
    private void Finish(
        ReadOnlySpan<int> tokens, ReadOnlySpan<float> slopes, int label, GenerationConditions conditions, Philox random, Span<double> row)
    {
        Philox values = random.Fork(2);
        int next = 0;
        for (int source = 0; source < row.Length; source++)
        {
            int i = next < tokens.Length && _tokenizer.Encoded[next].Source == source ? next++ : -1;
            if (!double.IsNaN(row[source]) || conditions.MissingColumns.Contains(source))
                continue;
            if (i < 0)
            {
                row[source] = _tokenizer.Constant(source);
            }
            else if (tokens[i] != _tokenizer.Encoded[i].MissingToken)
            {
                ValueRange range = conditions.Ranges.TryGetValue(source, out ValueRange given) ? given : ValueRange.All;
                float uniform = BinSlopes.Place(slopes[i], values.Uniform((ulong)i));
                if (_rare?.TiltOf(label, i) is { } tilt)
                    uniform = Math.Min((float)tilt.Place(tokens, tokens[i], uniform), MathF.BitDecrement(1));
                row[source] = _tokenizer.Encoded[i].ValueOf(tokens[i], uniform, range);
            }
        }
    }

    private static void AddShares(ReadOnlySpan<float> weights, Span<double> to)
    {
        double sum = 0;
        foreach (float weight in weights)
            sum += weight;
        for (int i = 0; i < weights.Length; i++)
            to[i] += weights[i] / sum;
    }

    /// <summary>A token drawn with probabilities proportional to its share times the exponential of its logit.</summary>
    private static int Draw(ReadOnlySpan<float> logits, ReadOnlySpan<float> shares, Span<float> weights, float uniform)
    {
        float largest = float.NegativeInfinity;
        for (int i = 0; i < logits.Length; i++)
            largest = shares[i] > 0 ? Math.Max(largest, logits[i]) : largest;
        double sum = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            weights[i] = shares[i] > 0 ? shares[i] * MathF.Exp(logits[i] - largest) : 0;
            sum += weights[i];
        }
        double left = uniform * sum;
        int last = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (weights[i] <= 0)
                continue;
            last = i;
            left -= weights[i];
            if (left < 0)
                break;
        }
        return last;
    }
}
