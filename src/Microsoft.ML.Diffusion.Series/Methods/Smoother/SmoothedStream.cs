using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>Fills each step of a series as it comes. Time and memory of a step do not grow with the series.</summary>
internal sealed class SmoothedStream : SeriesStream
{
    private readonly SmoothedImputer _imputer;
    private readonly SeriesRequest _request;
    private readonly CausalFilter _filter;
    private readonly SmoothedSeries _series;
    private readonly PriorDraw? _prior;
    private readonly CausalFilter? _ofPrior;
    private readonly int _most;
    private readonly double[] _cells;
    private readonly double[] _means;
    private readonly double[] _variances;
    private readonly double[] _drawn;
    private readonly double[] _residuals;
    private readonly double[] _last;
    private readonly int[] _missing;
    private readonly double[] _numbers;
    private readonly double[] _deviations;

    /// <param name="imputer">Fills.</param>
    /// <param name="model">Its smoother.</param>
    /// <param name="request">What is asked of each step.</param>
    /// <param name="statics">What holds for the whole series.</param>
    public SmoothedStream(SmoothedImputer imputer, SmootherModel model, SeriesRequest request, double[] statics)
    {
        (_imputer, _request) = (imputer, request);
        int width = model.Variables;
        _filter = model.BeginFilter();
        _series = SmoothedSeries.Begin(statics);
        if (request.Mode == ImputationMode.Draw)
        {
            _prior = new PriorDraw(model.Covariance, SmoothedImputer.Random(request.Seed, request.SeriesId, request.Draw));
            _ofPrior = model.BeginFilter();
        }
        // Twice what stays, so that each step is moved about once.
        _most = 2 * (imputer.StepsBehind + 2 * width + 1);
        (_cells, _means, _variances) = (new double[width], new double[width], new double[width]);
        _last = new double[width];
        Array.Fill(_last, double.NaN);
        (_drawn, _residuals, _missing) = (new double[width], new double[width], new int[width]);
        (_numbers, _deviations) = (new double[width], new double[width]);
    }

    /// <summary>The number of steps that are kept.</summary>
    public int KeptSteps => _series.Length;

    /// <inheritdoc/>
    public override void Append(double time, ReadOnlySpan<double> cells, Span<double> completed, Span<CellUncertainty> uncertainties)
    {
        if (_series.Length == _most)
            _series.Forget(cells.Length, _imputer.StepsBehind);
        _imputer.Apply(cells, _cells);
        for (int v = 0; v < cells.Length; v++)
        {
            double number = _cells[v];
            _cells[v] = LoneValues.Tame(number, _last[v], double.NaN);
            _last[v] = double.IsNaN(number) ? _last[v] : number;
        }
        _filter.Append(time, _cells, _means, _variances);
        int first = _series.Length * cells.Length, count = 0;
        _series.Append(time, _cells, _means, _variances);
        cells.CopyTo(completed);
        for (int v = 0; v < cells.Length; v++)
        {
            if (_imputer.IsFilled(v, _cells[v]))
                _missing[count++] = first + v;
        }
        ReadOnlySpan<int> missing = _missing.AsSpan(0, count);
        Span<double> numbers = _numbers.AsSpan(0, count);
        Span<double> deviations = _deviations.AsSpan(0, count);
        _imputer.Guess(_series, missing, numbers, deviations);
        if (_prior is not null)
        {
            DrawResiduals(time);
            _imputer.WriteDraws(_series, missing, numbers, deviations, _residuals, completed, first);
        }
        else if (_request.Coverage is { } coverage && !uncertainties.IsEmpty)
        {
            _imputer.WriteSure(_series, missing, numbers, deviations, completed, uncertainties, coverage, first);
        }
        else
        {
            _imputer.Write(_series, missing, numbers, completed, first);
        }
    }

    /// <summary>How far a draw of this step lies from the mean, given the draws of observed cells so far.</summary>
    private void DrawResiduals(double time)
    {
        _prior!.Next(time, _drawn);
        for (int v = 0; v < _cells.Length; v++)
            _residuals[v] = double.IsNaN(_cells[v]) ? double.NaN : _drawn[v];
        _ofPrior!.Append(time, _residuals, _means, []);
        for (int v = 0; v < _cells.Length; v++)
            _residuals[v] = double.IsNaN(_cells[v]) ? _drawn[v] - _means[v] : 0;
    }
}
