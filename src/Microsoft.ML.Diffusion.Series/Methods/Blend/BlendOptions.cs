using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend;

/// <summary>Options of the default: a linear smoother over time and variables, corrected by boosted trees and by a transformer, which are
/// told what the smoother says of a hidden cell and what was observed around it.</summary>
public sealed class BlendOptions : SeriesImputerOptions
{
    /// <inheritdoc/>
    public override SeriesImputationMethod Registration => BlendImputation.Instance;

    /// <summary>How many common movements the variables share at each speed, 1 or more. Default: 10.</summary>
    public int Rank { get; set; } = 10;

    /// <summary>Steps in which the covariance of the smoother is made more likely, 0 or more. Default: 80.</summary>
    public int Steps { get; set; } = 80;

    /// <summary>A period in which values repeat, in units of time; 0 for none. Default: null, those of the calendar are tried.</summary>
    public double? Period { get; set; }

    /// <summary>The most trees of a variable, 0 or more; fewer are grown where more do not help. Default: 200.</summary>
    public int Trees { get; set; } = 200;

    /// <summary>The most rows that the trees of a variable are grown from, 100 to 30,000. Default: 15,000.</summary>
    public int MostRows { get; set; } = 15_000;

    /// <summary>How many times cells of every series are hidden, 1 or more. Default: 6.</summary>
    public int Passes { get; set; } = 6;

    /// <summary>How many networks are trained, each from other first weights, 1 to 64; their mean counts. Default: 2.</summary>
    public int Networks { get; set; } = 2;

    /// <summary>Training steps of each network at most, 0 or more; 0 for none. Fewer are taken where there are few series. Default:
    /// 5,000.</summary>
    public int NetworkSteps { get; set; } = 5000;

    /// <summary>The width of the network, a multiple of 4 from 4 to 4,096. Default: 96.</summary>
    public int NetworkWidth { get; set; } = 96;

    /// <summary>The layers of the network, 1 to 16. Default: 2.</summary>
    public int NetworkLayers { get; set; } = 2;

    /// <summary>The largest learning rate of the network, above 0 and at most 1. Default: 0.002.</summary>
    public double NetworkRate { get; set; } = 0.002;

    /// <summary>Pixels of a line, where the variables of a step are the pixels of a picture, line after line; 2 or more, and whole lines
    /// must come out. 0 where they are no picture. Default: null, which finds out: from 64 variables and 200 steps on, of one kind, whose
    /// neighbours along and across lines are much more alike than pixels half a line apart.</summary>
    /// <remarks>Pictures are filled by a network of convolutions over each picture and attention over the steps. Of the other options
    /// <see cref="NetworkSteps"/>, <see cref="NetworkRate"/> and <see cref="PictureChannels"/> count there.</remarks>
    public int? PictureWidth { get; set; }

    /// <summary>Channels of the network of pictures, a multiple of 8 from 8 to 512. Default: 16.</summary>
    public int PictureChannels { get; set; } = 16;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Rank >= 1, nameof(Rank), Rank, "at least 1");
        Require(Steps >= 0, nameof(Steps), Steps, "at least 0");
        Require(Period is null || (Period >= 0 && double.IsFinite(Period.Value)), nameof(Period), Period, "a number of at least 0");
        Require(Trees >= 0, nameof(Trees), Trees, "at least 0");
        Require(MostRows is >= 100 and <= 30_000, nameof(MostRows), MostRows, "between 100 and 30,000");
        Require(NetworkSteps >= 0, nameof(NetworkSteps), NetworkSteps, "at least 0");
        Require(Networks is >= 1 and <= 64, nameof(Networks), Networks, "between 1 and 64");
        bool isWidth = NetworkWidth is >= 4 and <= 4096 && NetworkWidth % 4 == 0;
        Require(isWidth, nameof(NetworkWidth), NetworkWidth, "a multiple of 4 between 4 and 4,096");
        Require(NetworkLayers is >= 1 and <= 16, nameof(NetworkLayers), NetworkLayers, "between 1 and 16");
        Require(NetworkRate is > 0 and <= 1, nameof(NetworkRate), NetworkRate, "above 0 and at most 1");
        Require(PictureWidth is null or 0 or >= 2, nameof(PictureWidth), PictureWidth, "0, or at least 2");
        bool isChannels = PictureChannels is >= 8 and <= 512 && PictureChannels % 8 == 0;
        Require(isChannels, nameof(PictureChannels), PictureChannels, "a multiple of 8 between 8 and 512");
        Require(Passes >= 1, nameof(Passes), Passes, "at least 1");
    }
}
