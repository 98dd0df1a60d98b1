using System.Globalization;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Views;

namespace Microsoft.ML.Diffusion.Series.Engine;

/// <summary>A series that goes on: what is needed of its steps so far to fill the next one.</summary>
internal sealed class SeriesState
{
    private readonly SeriesFiller _filler;
    private readonly SeriesStream _stream;
    private readonly string _name;
    private readonly double[] _lastObserved;
    private double _time = double.NegativeInfinity;

    /// <param name="filler">Fills.</param>
    /// <param name="name">The name of the series; empty where there is one.</param>
    /// <param name="statics">What its first step says of the whole series.</param>
    public SeriesState(SeriesFiller filler, string name, double[] statics)
    {
        (_filler, _name) = (filler, name);
        _stream = filler.Imputer.Begin(filler.Request(GroupReader.IdOf(name)), statics);
        _lastObserved = new double[filler.Imputer.Variables];
        Array.Fill(_lastObserved, double.NaN);
    }

    /// <summary>Adds a step.</summary>
    /// <param name="time">Its time.</param>
    /// <param name="cells">Its cells; NaN is missing.</param>
    /// <param name="completed">Receives them, filled.</param>
    /// <param name="uncertainties">Receives how sure each is; empty where nobody asks.</param>
    /// <exception cref="InvalidDataException">The time is not after that of the step before.</exception>
    public void Append(double time, double[] cells, double[] completed, CellUncertainty[] uncertainties)
    {
        if (!(time > _time))
        {
            CultureInfo invariant = CultureInfo.InvariantCulture;
            string series = _name.Length > 0 ? $" of series '{_name}'" : "";
            throw new InvalidDataException(string.Create(
                invariant, $"The step at {time}{series} comes after one at {_time}; later times were expected, each once."));
        }
        _stream.Append(time, cells, completed, uncertainties);
        _time = time;
        for (int v = 0; v < cells.Length; v++)
        {
            if (!double.IsNaN(cells[v]))
                _lastObserved[v] = time;
            else if (_filler.MaxGap < GapLimit.Length(time, _lastObserved[v], double.NaN))
                LeaveMissing(v);
        }

        void LeaveMissing(int variable)
        {
            completed[variable] = double.NaN;
            if (uncertainties.Length > 0)
                uncertainties[variable] = CellUncertainty.Unknown;
        }
    }
}
