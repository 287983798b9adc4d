//! How tools name and order the joints of a human: the tables that the tests grow skeletons from.
//!
//! Names are facts about other programs' rigs, written down from their documentation and exported files.

use crate::tools::{CAT, CHARACTER_CREATOR, GENESIS_8, GENESIS_9, MMD, RIGIFY, SMPL, VALVE};

/// Every habit with its tree.
pub const HABITS: &[(&str, &str)] = &[
    ("mixamo", MIXAMO),
    ("unreal 4", UNREAL_4),
    ("unreal 5", UNREAL_5),
    ("unity", UNITY),
    ("makehuman", MAKEHUMAN),
    ("biped", BIPED),
    ("cmu bvh", CMU),
    ("cmu asf", CMU_ASF),
    ("vicon", VICON),
    ("xsens", XSENS),
    ("xsens bvh", XSENS_BVH),
    ("rokoko", ROKOKO),
    ("vroid", VROID),
    ("genesis 8", GENESIS_8),
    ("genesis 9", GENESIS_9),
    ("character creator", CHARACTER_CREATOR),
    ("rigify", RIGIFY),
    ("cat", CAT),
    ("smpl", SMPL),
    ("source", VALVE),
    ("mmd", MMD),
];

const MIXAMO: &str = "
mixamorig:Hips =hips
  mixamorig:Spine =spine
    mixamorig:Spine1 =chest
      mixamorig:Spine2 =upperChest
        mixamorig:Neck =neck
          mixamorig:Head =head
            mixamorig:HeadTop_End @headTop
            mixamorig:LeftEye =leftEye
            mixamorig:RightEye =rightEye
        mixamorig:{Left|Right}Shoulder =SShoulder
          mixamorig:{Left|Right}Arm =SUpperArm
            mixamorig:{Left|Right}ForeArm =SLowerArm
              mixamorig:{Left|Right}Hand =SHand
                %fingers4 Thumb,Index,Middle,Ring,Pinky 1,2,3,4 mixamorig:{Left|Right}Hand$F$N
  mixamorig:{Left|Right}UpLeg =SUpperLeg
    mixamorig:{Left|Right}Leg =SLowerLeg
      mixamorig:{Left|Right}Foot =SFoot
        mixamorig:{Left|Right}ToeBase =SToes
          mixamorig:{Left|Right}Toe_End @SToeEnd
";

const UNREAL_4: &str = "
root @ground
  pelvis =hips
    spine_01 =spine
      spine_02 =chest
        spine_03 =upperChest
          neck_01 =neck
            head =head
          clavicle_{l|r} =SShoulder
            upperarm_{l|r} =SUpperArm
              upperarm_twist_01_{l|r} @SUpperArm>SLowerArm*0.5
              lowerarm_{l|r} =SLowerArm
                lowerarm_twist_01_{l|r} @SLowerArm>SHand*0.6
                hand_{l|r} =SHand
                  %fingers thumb,index,middle,ring,pinky 01,02,03 $F_$N_{l|r}
    thigh_{l|r} =SUpperLeg
      thigh_twist_01_{l|r} @SUpperLeg>SLowerLeg*0.4
      calf_{l|r} =SLowerLeg
        calf_twist_01_{l|r} @SLowerLeg>SFoot*0.5
        foot_{l|r} =SFoot
          ball_{l|r} =SToes
  ik_foot_root @ground
    ik_foot_{l|r} @SFoot
  ik_hand_root @ground
    ik_hand_gun @rightHand
      ik_hand_{l|r} @SHand
";

const UNREAL_5: &str = "
root @ground
  pelvis =hips
    spine_01 =spine
      spine_02 @spine>chest*0.5
        spine_03 =chest
          spine_04 @chest>upperChest*0.5
            spine_05 =upperChest
              neck_01 =neck
                neck_02 @neck>head*0.5
                  head =head
              clavicle_pec_{l|r} @SShoulder
              clavicle_{l|r} =SShoulder
                upperarm_{l|r} =SUpperArm
                  upperarm_correctiveRoot_{l|r} @SUpperArm
                    upperarm_bck_{l|r} @SUpperArm
                    upperarm_fwd_{l|r} @SUpperArm
                  upperarm_twist_01_{l|r} @SUpperArm>SLowerArm*0.33
                    upperarm_twistCor_01_{l|r} @SUpperArm>SLowerArm*0.33
                  upperarm_twist_02_{l|r} @SUpperArm>SLowerArm*0.66
                  lowerarm_{l|r} =SLowerArm
                    lowerarm_twist_02_{l|r} @SLowerArm>SHand*0.33
                    lowerarm_twist_01_{l|r} @SLowerArm>SHand*0.66
                    lowerarm_correctiveRoot_{l|r} @SLowerArm
                    hand_{l|r} =SHand
                      wrist_inner_{l|r} @SHand
                      wrist_outer_{l|r} @SHand
                      weapon_{l|r} @SHand>SMiddleProximal*0.7
                      thumb_01_{l|r} =SThumbMetacarpal
                        thumb_02_{l|r} =SThumbProximal
                          thumb_03_{l|r} =SThumbDistal
                      index_metacarpal_{l|r} @SHand>SIndexProximal*0.2
                        index_01_{l|r} =SIndexProximal
                          index_02_{l|r} =SIndexIntermediate
                            index_03_{l|r} =SIndexDistal
                      middle_metacarpal_{l|r} @SHand>SMiddleProximal*0.2
                        middle_01_{l|r} =SMiddleProximal
                          middle_02_{l|r} =SMiddleIntermediate
                            middle_03_{l|r} =SMiddleDistal
                      ring_metacarpal_{l|r} @SHand>SRingProximal*0.2
                        ring_01_{l|r} =SRingProximal
                          ring_02_{l|r} =SRingIntermediate
                            ring_03_{l|r} =SRingDistal
                      pinky_metacarpal_{l|r} @SHand>SLittleProximal*0.2
                        pinky_01_{l|r} =SLittleProximal
                          pinky_02_{l|r} =SLittleIntermediate
                            pinky_03_{l|r} =SLittleDistal
    thigh_{l|r} =SUpperLeg
      thigh_correctiveRoot_{l|r} @SUpperLeg
      thigh_twist_01_{l|r} @SUpperLeg>SLowerLeg*0.33
      thigh_twist_02_{l|r} @SUpperLeg>SLowerLeg*0.66
      calf_{l|r} =SLowerLeg
        calf_correctiveRoot_{l|r} @SLowerLeg
        calf_twist_02_{l|r} @SLowerLeg>SFoot*0.33
        calf_twist_01_{l|r} @SLowerLeg>SFoot*0.66
        foot_{l|r} =SFoot
          ankle_bck_{l|r} @SFoot
          ankle_fwd_{l|r} @SFoot
          ball_{l|r} =SToes
            bigtoe_01_{l|r} @SToeEnd
  ik_foot_root @ground
    ik_foot_{l|r} @SFoot
  ik_hand_root @ground
    ik_hand_gun @rightHand
      ik_hand_{l|r} @SHand
  interaction @ground
  center_of_mass @ground
";

const UNITY: &str = "
Armature @ground
  Hips =hips
    Spine =spine
      Chest =chest
        UpperChest =upperChest
          Neck =neck
            Head =head
              Jaw =jaw
              {Left|Right}Eye =SEye
          {Left|Right}Shoulder =SShoulder
            {Left|Right}UpperArm =SUpperArm
              {Left|Right}LowerArm =SLowerArm
                {Left|Right}Hand =SHand
                  %fingers Thumb,Index,Middle,Ring,Little Proximal,Intermediate,Distal {Left|Right}~$F~$N
    {Left|Right}UpperLeg =SUpperLeg
      {Left|Right}LowerLeg =SLowerLeg
        {Left|Right}Foot =SFoot
          {Left|Right}Toes =SToes
";

const MAKEHUMAN: &str = "
root =hips
  spine05 =spine
    spine04 @spine>chest*0.5
      spine03 =chest
        spine02 @chest>upperChest*0.5
          spine01 =upperChest
            neck01 =neck
              neck02 @neck>head*0.5
                head =head
                  jaw =jaw
                  eye.{L|R} =SEye
            clavicle.{L|R} =SShoulder
              shoulder01.{L|R} @SShoulder>SUpperArm*0.6
                upperarm01.{L|R} =SUpperArm
                  upperarm02.{L|R} @SUpperArm>SLowerArm*0.5
                    lowerarm01.{L|R} =SLowerArm
                      lowerarm02.{L|R} @SLowerArm>SHand*0.5
                        wrist.{L|R} =SHand
                          %fingers 1,2,3,4,5 1,2,3 finger$F-$N.{L|R}
  pelvis.{L|R} @hips>SUpperLeg*0.4
    upperleg01.{L|R} =SUpperLeg
      upperleg02.{L|R} @SUpperLeg>SLowerLeg*0.5
        lowerleg01.{L|R} =SLowerLeg
          lowerleg02.{L|R} @SLowerLeg>SFoot*0.5
            foot.{L|R} =SFoot
              toe1-1.{L|R} =SToes
                toe1-2.{L|R} @SToeEnd
";

const BIPED: &str = "
Bip01 @hips
  Bip01 Footsteps @ground
  Bip01 Pelvis =hips
    Bip01 Spine =spine
      Bip01 Spine1 =chest
        Bip01 Spine2 =upperChest
          Bip01 Neck =neck
            Bip01 Head =head
              Bip01 HeadNub @headTop
              Bip01 Ponytail1 @headTop
            Bip01 {L|R} Clavicle =SShoulder
              Bip01 {L|R} UpperArm =SUpperArm
                Bip01 {L|R} Forearm =SLowerArm
                  Bip01 {L|R} ForeTwist @SLowerArm
                    Bip01 {L|R} ForeTwist1 @SLowerArm>SHand*0.5
                  Bip01 {L|R} Hand =SHand
                    %fingers4 0,1,2,3,4 ,1,2,Nub Bip01~{L|R}~Finger$F$N
                Bip01 {L|R}UpArmTwist @SUpperArm>SLowerArm*0.5
    Bip01 {L|R} Thigh =SUpperLeg
      Bip01 {L|R} Calf =SLowerLeg
        Bip01 {L|R} Foot =SFoot
          Bip01 {L|R} Toe0 =SToes
            Bip01 {L|R} Toe0Nub @SToeEnd
      Bip01 {L|R}ThighTwist @SUpperLeg>SLowerLeg*0.5
";

const CMU: &str = "
Hips =hips
  {L|R}HipJoint @hips
    {Left|Right}UpLeg =SUpperLeg
      {Left|Right}Leg =SLowerLeg
        {Left|Right}Foot =SFoot
          {Left|Right}ToeBase =SToes
  LowerBack =spine
    Spine =chest
      Spine1 =upperChest
        Neck =neck
          Neck1 @neck>head*0.6
            Head =head
        {Left|Right}Shoulder =SShoulder
          {Left|Right}Arm =SUpperArm
            {Left|Right}ForeArm =SLowerArm
              {Left|Right}Hand =SHand
                {Left|Right}FingerBase @SMiddleProximal
                  {Left|Right}HandIndex1 =SIndexProximal
                {L|R}Thumb @SThumbProximal
";

const CMU_ASF: &str = "
root =hips
  {l|r}hipjoint @hips>SUpperLeg*0.1
    {l|r}femur =SUpperLeg
      {l|r}tibia =SLowerLeg
        {l|r}foot =SFoot
          {l|r}toes =SToes
  lowerback =spine
    upperback @chest
      thorax =chest
        lowerneck =neck
          upperneck @neck>head*0.6
            head =head
        {l|r}clavicle =SShoulder
          {l|r}humerus =SUpperArm
            {l|r}radius =SLowerArm
              {l|r}wrist =SHand
                {l|r}hand @SHand>SMiddleProximal*0.5
                  {l|r}fingers @SMiddleProximal
                {l|r}thumb @SThumbProximal
";

const VICON: &str = "
Hips =hips
  Spine =spine
    Spine1 @spine>chest*0.6
      Spine2 =chest
        Spine3 =upperChest
          Neck =neck
            Neck1 @neck>head*0.5
              Head =head
                HeadEnd @headTop
          {Left|Right}Shoulder =SShoulder
            {Left|Right}Arm =SUpperArm
              {Left|Right}ForeArm =SLowerArm
                {Left|Right}Hand =SHand
                  %fingers4 Thumb,Index,Middle,Ring,Pinky 1,2,3,4 {Left|Right}Hand$F$N
  {Left|Right}UpLeg =SUpperLeg
    {Left|Right}Leg =SLowerLeg
      {Left|Right}Foot =SFoot
        {Left|Right}ToeBase =SToes
          {Left|Right}ToeBaseEnd @SToeEnd
";

const XSENS: &str = "
Pelvis =hips
  L5 =spine
    L3 @spine>chest*0.5
      T12 =chest
        T8 =upperChest
          Neck =neck
            Head =head
          {Left|Right}Shoulder =SShoulder
            {Left|Right}UpperArm =SUpperArm
              {Left|Right}ForeArm =SLowerArm
                {Left|Right}Hand =SHand
  {Left|Right}UpperLeg =SUpperLeg
    {Left|Right}LowerLeg =SLowerLeg
      {Left|Right}Foot =SFoot
        {Left|Right}Toe =SToes
";

const XSENS_BVH: &str = "
Hips =hips
  Chest =spine
    Chest2 @spine>chest*0.5
      Chest3 =chest
        Chest4 =upperChest
          Neck =neck
            Head =head
          {Left|Right}Collar =SShoulder
            {Left|Right}Shoulder =SUpperArm
              {Left|Right}Elbow =SLowerArm
                {Left|Right}Wrist =SHand
  {Left|Right}Hip =SUpperLeg
    {Left|Right}Knee =SLowerLeg
      {Left|Right}Ankle =SFoot
        {Left|Right}Toe =SToes
";

const ROKOKO: &str = "
Hips =hips
  Spine =spine
    Spine2 =chest
      Spine4 =upperChest
        Neck =neck
          Head =head
            Head_end @headTop
        {Left|Right}Shoulder =SShoulder
          {Left|Right}Arm =SUpperArm
            {Left|Right}ForeArm =SLowerArm
              {Left|Right}Hand =SHand
                {Left|Right}Finger1Metacarpal =SThumbMetacarpal
                  {Left|Right}Finger1Proximal =SThumbProximal
                    {Left|Right}Finger1Distal =SThumbDistal
                      {Left|Right}Finger1Tip @SThumbDistalTip
                {Left|Right}Finger2Metacarpal @SHand>SIndexProximal*0.3
                  {Left|Right}Finger2Proximal =SIndexProximal
                    {Left|Right}Finger2Medial =SIndexIntermediate
                      {Left|Right}Finger2Distal =SIndexDistal
                        {Left|Right}Finger2Tip @SIndexDistalTip
                {Left|Right}Finger5Metacarpal @SHand>SLittleProximal*0.3
                  {Left|Right}Finger5Proximal =SLittleProximal
                    {Left|Right}Finger5Medial =SLittleIntermediate
                      {Left|Right}Finger5Distal =SLittleDistal
                        {Left|Right}Finger5Tip @SLittleDistalTip
  {Left|Right}Thigh =SUpperLeg
    {Left|Right}Shin =SLowerLeg
      {Left|Right}Foot =SFoot
        {Left|Right}Toe =SToes
          {Left|Right}Toe_end @SToeEnd
";

const VROID: &str = "
Root @ground
  J_Bip_C_Hips =hips
    J_Bip_C_Spine =spine
      J_Bip_C_Chest =chest
        J_Bip_C_UpperChest =upperChest
          J_Bip_C_Neck =neck
            J_Bip_C_Head =head
              J_Adj_{L|R}_FaceEye =SEye
              J_Sec_Hair1_01 @headTop
          J_Sec_{L|R}_Bust1 @upperChest
          J_Bip_{L|R}_Shoulder =SShoulder
            J_Bip_{L|R}_UpperArm =SUpperArm
              J_Bip_{L|R}_LowerArm =SLowerArm
                J_Bip_{L|R}_Hand =SHand
                  %fingers Thumb,Index,Middle,Ring,Little 1,2,3 J_Bip_{L|R}_$F$N
    J_Bip_{L|R}_UpperLeg =SUpperLeg
      J_Bip_{L|R}_LowerLeg =SLowerLeg
        J_Bip_{L|R}_Foot =SFoot
          J_Bip_{L|R}_ToeBase =SToes
";
