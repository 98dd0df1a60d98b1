using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>Fills series of pictures with a trained network. Zeros and ones become the probability of a 1; any other two numbers what is as
/// far between them.</summary>
internal sealed class PictureImputer : SeriesImputer
{
    /// <summary>What stands in a model file where other models of the method have their direction.</summary>
    public const byte Tag = 16;

    // A draw is made in so many rounds, each of which sees the pixels of its picture that were drawn before.
    private const int Rounds = 8;

    private const int MostSteps = PictureTrainer.MostSteps, MostChannels = 512;

    private readonly PictureNetwork _network;
    private readonly HiddenOdds _odds;
    private readonly PictureSpread _spread;
    private readonly bool[] _isSeen;
    private readonly (double Least, double Most) _range;
    private readonly double _step;
    private readonly PictureShape _shape;
    private readonly PictureInput _input;

    /// <param name="network">The network.</param>
    /// <param name="odds">What its logits mean of missing cells.</param>
    /// <param name="spread">How far numbers lie from what it says.</param>
    /// <param name="isSeen">Which pixels were ever observed.</param>
    /// <param name="range">The least and the largest number.</param>
    /// <param name="step">The middle distance of two steps.</param>
    /// <param name="statics">How many numbers hold for a whole series; they are not used.</param>
    public PictureImputer(
        PictureNetwork network, HiddenOdds odds, PictureSpread spread, bool[] isSeen, (double Least, double Most) range, double step,
        int statics)
        : base(isSeen.Length, statics, network.IsCausal ? SeriesDirection.Causal : SeriesDirection.Smooth)
    {
        (_network, _odds, _spread, _isSeen, _range, _step) = (network, odds, spread, isSeen, range, step);
        _shape = network.Shape;
        _input = new PictureInput(_shape, step, network.IsCausal);
    }

    /// <inheritdoc/>
    public override SeriesImputationMethod Method => BlendImputation.Instance;

    /// <inheritdoc/>
    public override bool HasUncertainty => true;

    /// <inheritdoc/>
    internal override bool DrawsZerosAndOnes => _shape.Two is { Low: 0, High: 1 };

    /// <summary>What is known of a pixel: the best guess, and how far it may lie from it, 0 where there are two numbers.</summary>
    private readonly record struct Guess(double Number, double Deviation);

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed) => Impute(series, completed, CancellationToken.None);

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed, CancellationToken cancel)
    {
        Guess[] guesses = Guesses(series, [], cancel);
        for (int i = 0; i < completed.Length; i++)
            completed[i] = IsFilled(series, i) ? guesses[i].Number : series.Cells[i];
    }

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage = 0.9) =>
        Impute(series, completed, uncertainties, coverage, CancellationToken.None);

    /// <inheritdoc/>
    internal override void Impute(
        Data.Series series, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage, CancellationToken cancel)
    {
        Guess[] guesses = Guesses(series, [], cancel);
        for (int i = 0; i < completed.Length; i++)
        {
            double observed = series.Cells[i];
            bool isFilled = IsFilled(series, i);
            completed[i] = isFilled ? guesses[i].Number : observed;
            uncertainties[i] = isFilled ? Uncertainty(guesses[i], coverage)
                : double.IsNaN(observed) ? CellUncertainty.Unknown : CellUncertainty.OfNumber(observed, observed, 0);
        }
    }

    /// <inheritdoc/>
    internal override void Draw(Data.Series series, Span<double> completed, ulong seed, ulong seriesId, int draw = 0) =>
        Draw(series, completed, seed, seriesId, draw, CancellationToken.None);

    /// <inheritdoc/>
    internal override void Draw(
        Data.Series series, Span<double> completed, ulong seed, ulong seriesId, int draw, CancellationToken cancel)
    {
        double[] drawn = (double[])series.Cells.Clone();
        var random = new SeriesRandom(seed, seriesId, draw);
        Philox[] ofSteps = Array.ConvertAll(series.Times, random.At);
        for (int round = 0; round < Rounds; round++)
        {
            // What was drawn in this round is not seen before the next one.
            double[] seen = (double[])drawn.Clone();
            Guess[] guesses = Guesses(series, seen, cancel);
            for (int i = 0; i < drawn.Length; i++)
            {
                Philox own = ofSteps[i / Variables];
                ulong pixel = (ulong)(i % Variables);
                if (IsFilled(series, i) && (int)(own.Fork(0).Uniform(pixel) * Rounds) == round)
                    drawn[i] = DrawOf(guesses[i], own.Fork(1).Uniform(pixel));
            }
        }
        drawn.CopyTo(completed);
    }

    /// <inheritdoc/>
    internal override SeriesStream Begin(SeriesRequest request, double[] statics) =>
        _network.IsCausal ? new PictureStream(this, request, statics) : base.Begin(request, statics);

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.Write(Tag);
        writer.Write((byte)Direction);
        writer.Write(Statics);
        writer.Write(_step);
        writer.Write(_shape.Width);
        writer.Write(_shape.Height);
        writer.Write(_shape.IsBinary);
        writer.Write(_shape.Two?.Low ?? _shape.Center);
        writer.Write(_shape.Two?.High ?? _shape.Scale);
        writer.Write(_range.Least);
        writer.Write(_range.Most);
        foreach (bool seen in _isSeen)
            writer.Write(seen);
        _odds.Save(writer);
        _spread.Save(writer);
        writer.Write(_network.Steps);
        writer.Write(_network.Channels);
        _network.SaveState().Save(writer);
    }

    /// <summary>Reads what <see cref="SaveContent"/> wrote behind <see cref="Tag"/>.</summary>
    public static PictureImputer Load(BinaryReader reader)
    {
        var direction = reader.ReadKind<SeriesDirection>("direction");
        int statics = reader.ReadBetween(0, 1 << 20, "the number of statics");
        double step = reader.ReadFinite("the middle step");
        int width = reader.ReadBetween(1, PictureShape.MostSide, "the width");
        int height = reader.ReadBetween(1, PictureShape.MostSide, "the height");
        bool isBinary = reader.ReadBoolean();
        double first = reader.ReadFinite("the middle or smaller number"), second = reader.ReadFinite("the scale or larger number");
        double least = reader.ReadFinite("the least number"), most = reader.ReadFinite("the largest number");
        CheckedReading.Require(
            step > 0 && second > (isBinary ? first : 0) && double.IsFinite(second - first) && least <= most,
            "a step, a scale or a range makes no sense");
        CheckedReading.Require(
            !reader.BaseStream.CanSeek || (long)width * height <= reader.BaseStream.Length - reader.BaseStream.Position,
            "it claims more pixels than there are bytes for");
        bool[] isSeen = new bool[width * height];
        for (int v = 0; v < isSeen.Length; v++)
            isSeen[v] = reader.ReadBoolean();
        var odds = HiddenOdds.Load(reader);
        var spread = PictureSpread.Load(reader);
        int steps = reader.ReadBetween(1, MostSteps, "the number of steps");
        int channels = reader.ReadBetween(8, MostChannels, "the number of channels");
        CheckedReading.Require(channels % 8 == 0, "the number of channels is no multiple of 8");
        PictureShape shape = isBinary
            ? PictureShape.OfTwo(width, height, new TwoValues(first, second)) : new PictureShape(width, height, null, first, second);
        PictureNetwork network = Module.FromState(
            StateDictionary.Load(reader),
            () => new PictureNetwork(shape, steps, channels, direction == SeriesDirection.Causal, dropout: 0, random: default));
        return new PictureImputer(network, odds, spread, isSeen, (least, most), step, statics);
    }

    private bool IsFilled(Data.Series series, int cell) => double.IsNaN(series.Cells[cell]) && _isSeen[cell % Variables];

    private CellUncertainty Uncertainty(Guess guess, double coverage)
    {
        double number = guess.Number, low = (1 - coverage) / 2, high = (1 + coverage) / 2;
        if (_shape.Two is { } two)
        {
            // The quantiles of two numbers, which are one of them, and the guess between.
            double one = two.ProbabilityOf(number);
            double lower = 1 - one >= low ? two.Low : two.High, upper = 1 - one >= high ? two.Low : two.High;
            return CellUncertainty.OfNumber(
                Math.Min(lower, number), Math.Max(upper, number), Math.Sqrt(Math.Max(0, one * (1 - one))) * (two.High - two.Low));
        }
        return CellUncertainty.OfNumber(
            Math.Min(number, Tame(number + guess.Deviation * _spread.At(low))),
            Math.Max(number, Tame(number + guess.Deviation * _spread.At(high))), guess.Deviation * _spread.Deviation);
    }

    private double DrawOf(Guess guess, double chance) => _shape.Two is { } two
        ? (chance < two.ProbabilityOf(guess.Number) ? two.High : two.Low)
        : Tame(guess.Number + guess.Deviation * _spread.At(chance));

    private double Tame(double number) => Math.Clamp(number, _range.Least, _range.Most);

    /// <summary>What is known of every pixel of a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="drawn">Its cells with drawn ones, which the picture of the same step is told; or none.</param>
    /// <param name="cancel">Looked at for every window.</param>
    private Guess[] Guesses(Data.Series series, double[] drawn, CancellationToken cancel)
    {
        var result = new Guess[series.Cells.Length];
        if (result.Length == 0)
            return result;
        using var engine = new ManagedEngine(threads: 1);
        using Tape tape = engine.CreateTape(training: false);
        // A causal network looks at one step after another, so that a step comes out the same when nothing is known of what follows.
        int steps = _network.IsCausal ? 1 : _network.Steps;
        foreach (int start in StepWindows.Starts(series.Length, steps))
        {
            cancel.ThrowIfCancellationRequested();
            tape.Reset();
            (Data.Series part, int first) = PictureInput.Crop(series, start, steps);
            double[] seen = drawn.Length == 0 ? [] : PictureInput.Crop(series with { Cells = drawn }, start, steps).Part.Cells;
            Tensor input = tape.Input(new Shape(steps * _shape.BlockCount, PictureNetwork.Inputs));
            Tensor waves = tape.Input(new Shape(steps, PictureNetwork.TimeWidth));
            _input.Write(part.Times, part.Cells, first, steps, 0, input.Data, waves.Data, seen);
            Read(_network.Forward(tape, input, waves).Data, start, result);
        }
        return result;
    }

    private void Read(ReadOnlySpan<float> said, int start, Guess[] result)
    {
        int steps = said.Length / (4 * _network.Outputs * _shape.BlockCount);
        for (int t = 0; t < steps && (start + t) * Variables < result.Length; t++)
        {
            for (int v = 0; v < Variables; v++)
            {
                int place = 4 * t * _shape.BlockCount + _input.PlaceOf(v);
                result[(start + t) * Variables + v] = _shape.Two is { } two
                    ? new Guess(two.Between(_odds.Probability(said[place])), 0)
                    : new Guess(Tame(_shape.FromNetwork(said[2 * place])), PictureLoss.Deviation(said[2 * place + 1]) * _shape.Scale);
            }
        }
    }
}
