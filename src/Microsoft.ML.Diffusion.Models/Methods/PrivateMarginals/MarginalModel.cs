namespace Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;

/// <summary>The graphical model of the measured marginals: among all distributions that fit them, the one of largest entropy (McKenna,
/// Sheldon, Miklau 2019). Its parameters are those of the measurements, so that a new one changes nothing before it is fitted.</summary>
internal sealed class MarginalModel
{
    // Steps of the mirror descent are halved at most so often.
    private const int Halvings = 25;

    // Nothing is impossible, so that rows can be drawn given anything.
    private const double LeastFactor = 1e-12;

    private readonly List<Measurement> _measurements;
    private readonly CliqueTree _tree;
    private readonly (int Clique, int[] Map)[] _places;
    private double _step;

    /// <param name="measurements">What was measured; each column by itself at least.</param>
    /// <param name="sizes">The number of states of every column.</param>
    public MarginalModel(IReadOnlyList<Measurement> measurements, int[] sizes)
    {
        _measurements = [.. measurements];
        Junction = JunctionTree.Of(measurements.Select(measurement => measurement.Columns), sizes)!;
        _tree = new CliqueTree(Junction, sizes);
        _places = _tree.PlacesOf(_measurements, sizes);
        Total = TotalOf(measurements);
    }

    /// <summary>The cliques.</summary>
    public JunctionTree Junction { get; }

    /// <summary>The number of rows, as the measurements say.</summary>
    public double Total { get; }

    public IReadOnlyList<Measurement> Measurements => _measurements;

    /// <summary>Fits the parameters by mirror descent with steps that are halved until the squared error falls.</summary>
    /// <param name="rounds">How many steps.</param>
    /// <param name="cancel">Stops it.</param>
    public void Fit(int rounds, CancellationToken cancel)
    {
        double[][] marginals = Marginals();
        double loss = Loss(marginals);
        if (_step == 0)
            _step = 1 / Math.Max(1, Total * _measurements.Max(measurement => measurement.Precisions.Max()));
        for (int round = 0; round < rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            double[][] gradients = [.. marginals.Select((marginal, i) => Gradient(_measurements[i], marginal))];
            double[][] before = [.. _measurements.Select(measurement => (double[])measurement.Potentials.Clone())];
            bool isBetter = false;
            for (int halving = 0; halving < Halvings && !isBetter; halving++)
            {
                for (int i = 0; i < gradients.Length; i++)
                {
                    double[] potentials = _measurements[i].Potentials;
                    for (int cell = 0; cell < potentials.Length; cell++)
                        potentials[cell] = before[i][cell] - (_step * gradients[i][cell]);
                }
                double[][] next = Marginals();
                double now = Loss(next), expected = 0;
                for (int i = 0; i < gradients.Length; i++)
                {
                    for (int cell = 0; cell < gradients[i].Length; cell++)
                        expected += gradients[i][cell] * (marginals[i][cell] - next[i][cell]);
                }
                isBetter = loss - now >= 0.5 * expected && now <= loss;
                if (isBetter)
                    (marginals, loss) = (next, now);
                else
                    _step /= 2;
            }
            if (!isBetter)
            {
                for (int i = 0; i < before.Length; i++)
                    before[i].CopyTo(_measurements[i].Potentials, 0);
                break;
            }
            _step *= 1.5;
        }
    }

    /// <summary>The counts of the model, of each measurement.</summary>
    public double[][] Marginals()
    {
        FillFactors(_tree, _measurements, _places);
        _tree.Collect();
        _tree.Distribute();
        return [.. _places.Select((place, i) =>
        {
            double[] marginal = new double[_measurements[i].Counts.Length], beliefs = _tree.Beliefs[place.Clique];
            for (int cell = 0; cell < beliefs.Length; cell++)
                marginal[place.Map[cell]] += Total * beliefs[cell];
            return marginal;
        })];
    }

    /// <summary>Writes exp of the sum of the parameters into the tables of a tree.</summary>
    public static void FillFactors(CliqueTree tree, IReadOnlyList<Measurement> measurements, (int Clique, int[] Map)[] places)
    {
        foreach (double[] factors in tree.Beliefs)
            Array.Clear(factors);
        for (int i = 0; i < places.Length; i++)
        {
            double[] factors = tree.Beliefs[places[i].Clique], potentials = measurements[i].Potentials;
            int[] map = places[i].Map;
            for (int cell = 0; cell < factors.Length; cell++)
                factors[cell] += potentials[map[cell]];
        }
        foreach (double[] factors in tree.Beliefs)
        {
            double most = factors.Max();
            for (int cell = 0; cell < factors.Length; cell++)
                factors[cell] = Math.Max(LeastFactor, Math.Exp(factors[cell] - most));
        }
    }

    // The mean of the sums of the measurements, each by how sure it is; at least 1.
    private static double TotalOf(IReadOnlyList<Measurement> measurements)
    {
        double sum = 0, precision = 0;
        foreach (Measurement measurement in measurements)
        {
            double own = 1 / measurement.Precisions.Sum(each => 1 / each);
            sum += own * measurement.Counts.Sum();
            precision += own;
        }
        return Math.Max(1, sum / precision);
    }

    private static double[] Gradient(Measurement measurement, double[] marginal)
    {
        double[] gradient = new double[marginal.Length];
        for (int cell = 0; cell < gradient.Length; cell++)
            gradient[cell] = measurement.Precisions[cell] * (marginal[cell] - measurement.Counts[cell]);
        return gradient;
    }

    private double Loss(double[][] marginals)
    {
        double loss = 0;
        for (int i = 0; i < marginals.Length; i++)
        {
            Measurement measurement = _measurements[i];
            for (int cell = 0; cell < marginals[i].Length; cell++)
            {
                double error = marginals[i][cell] - measurement.Counts[cell];
                loss += 0.5 * measurement.Precisions[cell] * error * error;
            }
        }
        return loss;
    }
}
